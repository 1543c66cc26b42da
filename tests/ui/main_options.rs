//! Options of `main!`: all mistakes at once.

hostkit::main!(
    flavour = "current_thread",
    flavor = "single",
    worker_threads = 0,
    link = [hostkti, 5],
    ignore = ["no such"],
    worker_threads = 2,
);
