fn main() -> std::process::ExitCode {
    hostkit_fuzz::drive("file", hostkit_fuzz::file)
}
