//! An error around another one.

use std::error::Error;
use std::fmt;

use hostkit::BoxError;

/// A context made by hand: its text is its own, what it is about is its source.
#[derive(Debug)]
pub struct Wrapper(pub BoxError);

impl fmt::Display for Wrapper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("wrapped")
    }
}

impl Error for Wrapper {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}
