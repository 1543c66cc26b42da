//! The promises of `tests/roads.rs` by `main!`.

mod promises;

hostkit::main!();
