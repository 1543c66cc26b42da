//! One thread has no workers.

hostkit::main!(flavor = "current_thread", worker_threads = 4);
