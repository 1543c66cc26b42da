//! Plays a scene on two executor threads.

mod scenes;

hostkit::main!(worker_threads = 2, configure = scenes::configure);
