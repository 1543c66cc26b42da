//! What the tests of hostkit's public door share; the tests themselves are under `tests/`.

#![allow(clippy::unwrap_used, reason = "a host that can't be built or started fails the test")]

mod diary;
mod lives;
mod pool;
mod time;
mod wrapper;

pub use diary::Diary;
pub use lives::{lived, obedient, refused, started};
pub use pool::with_pool_of;
pub use time::{ends, ends_within, millis, pass, secs};
pub use wrapper::Wrapper;

/// Its Rust blocks compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
