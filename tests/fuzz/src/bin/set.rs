fn main() -> std::process::ExitCode {
    hostkit_fuzz::drive("set", hostkit_fuzz::set)
}
