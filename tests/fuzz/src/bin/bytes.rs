fn main() -> std::process::ExitCode {
    hostkit_fuzz::drive("bytes", hostkit_fuzz::bytes)
}
