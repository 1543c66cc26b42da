//! What the `main!` macro knows of the program that it stands in.

use std::path::Path;

use crate::host::HostBuilder;
use crate::outcome::result::{BoxError, Result};

/// The program, as its manifest and `main!` describe it.
#[derive(Debug)]
pub struct Program {
    /// The binary's name, where it is known at compile time.
    pub binary: Option<&'static str>,
    /// The package's name, version and description.
    pub package: &'static str,
    #[allow(missing_docs)]
    pub version: &'static str,
    #[allow(missing_docs)]
    pub about: &'static str,
    /// `flavor = "current_thread"`.
    pub current_thread: bool,
    /// `worker_threads = 4`.
    pub worker_threads: Option<usize>,
}

impl Program {
    /// What the binary is called, or else its file; the package's name if nobody knows either.
    pub(super) fn name(&self) -> String {
        let file =
            || Some(Path::new(&std::env::args_os().next()?).file_stem()?.to_string_lossy().into_owned());
        self.binary.map(str::to_owned).or_else(file).unwrap_or_else(|| self.package.to_owned())
    }
}

/// What `configure` returns: the builder, or a `Result` of it.
#[diagnostic::on_unimplemented(
    message = "`configure` can't return `{Self}`",
    label = "return the `HostBuilder`, or a `Result` of it",
    note = "write it like this: `configure = |host: HostBuilder| host.provide(value)`"
)]
pub trait IntoConfigured {
    /// The builder, or why there is none.
    fn into_configured(self) -> Result<HostBuilder>;
}

impl IntoConfigured for HostBuilder {
    fn into_configured(self) -> Result<HostBuilder> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> IntoConfigured for Result<HostBuilder, E> {
    fn into_configured(self) -> Result<HostBuilder> {
        self.map_err(Into::into)
    }
}
