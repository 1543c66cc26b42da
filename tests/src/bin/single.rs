//! Plays a scene on one executor thread.

mod scenes;

hostkit::main!(flavor = "current_thread", configure = scenes::configure);
