//! Stands in for the command line where the feature `cli` is off: a word is a mistake, no word means `run`.

use std::path::PathBuf;

use super::Program;
use super::main::{CliError, USAGE, trouble};

#[derive(Debug, Default)]
pub(super) struct Args {
    pub(super) only: Option<Vec<String>>,
    pub(super) except: Vec<String>,
    #[cfg_attr(not(feature = "config"), allow(dead_code))]
    pub(super) config: Option<PathBuf>,
    #[cfg_attr(not(feature = "config"), allow(dead_code))]
    pub(super) profile: Option<String>,
    #[cfg_attr(not(feature = "config"), allow(dead_code))]
    pub(super) set: Vec<String>,
}

pub(super) fn parse(program: &Program) -> Result<Option<Args>, CliError> {
    match std::env::args_os().nth(1) {
        None => Ok(Some(Args::default())),
        Some(word) => Err(trouble(
            USAGE,
            format!(
                "`{}` takes no arguments, but was given `{}`: it was built without hostkit's feature `cli`",
                program.name(),
                word.display()
            ),
        )),
    }
}
