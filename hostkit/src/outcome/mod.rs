//! What user code returns, and how it fails.

pub(crate) mod failure;
pub(crate) mod fatal;
pub(crate) mod result;
pub(crate) mod stopped_mark;
pub(crate) mod text;
