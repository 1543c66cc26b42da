//! What a time of the wall clock can be given as: a `SystemTime`, what becomes one, or a text.

use std::time::SystemTime;

use crate::time::rfc3339;

/// What [`TestHostBuilder::at`](super::TestHostBuilder::at) takes: a `SystemTime` or what becomes one, or a text as RFC 3339 writes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a time",
    note = "write a text such as \"2026-03-29T02:30:00Z\", or give a `SystemTime` or what becomes one, such as `jiff::Zoned`"
)]
pub trait IntoTime<M> {
    #[doc(hidden)]
    fn into_time(self) -> SystemTime;
}

#[diagnostic::do_not_recommend]
impl<T: Into<SystemTime>> IntoTime<SystemTime> for T {
    fn into_time(self) -> SystemTime {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl IntoTime<String> for &str {
    #[track_caller]
    fn into_time(self) -> SystemTime {
        let Some(time) = rfc3339::parse(self) else {
            panic!(
                "{self:?} is no time: write one such as \"2026-03-29T02:30:00Z\" or \"2026-03-29T02:30:00+01:00\""
            )
        };
        time
    }
}
