//! What a test's providers and services leave behind, in the order in which it happened.

use hostkit::HostBuilder;
pub(crate) use hostkit_tests::{Diary, ends, lived, millis, obedient, pass, refused, secs, started};

/// The only problem of a plan, as it is printed.
#[track_caller]
pub(crate) fn only(host: HostBuilder) -> String {
    let error = host.build().expect_err("the plan should be invalid");
    let [problem] = error.problems() else { panic!("{error}") };
    problem.to_string()
}

/// A value, as a provider returns it.
pub(crate) fn made<T>(value: T) -> hostkit::Result<T> {
    Ok(value)
}
