//! Jobs, and the few lines that many tests begin with.

use hostkit_tests::ends_within;
pub(crate) use hostkit_tests::{Diary, pass, secs};
use serde::{Deserialize, Serialize};

/// A job that is not `Clone`.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Mail(pub(crate) String);

pub(crate) fn mail(to: &str) -> Mail {
    Mail(to.to_owned())
}

/// The output, or a failed test instead of one that hangs: jobs may be put off for months, and a year is for ever.
#[track_caller]
pub(crate) fn ends<F: Future>(future: F) -> impl Future<Output = F::Output> {
    ends_within(secs(365 * 24 * 60 * 60), future)
}
