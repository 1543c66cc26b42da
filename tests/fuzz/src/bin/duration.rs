fn main() -> std::process::ExitCode {
    hostkit_fuzz::drive("duration", hostkit_fuzz::duration)
}
