//! A typed section: what `#[config("…")]` makes of a struct, and the parameter that hands it out.

use std::any::{TypeId, type_name};
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde_core::de::DeserializeOwned;

use super::blame::blame;
use super::hide::hide;
use super::key_path::KeyPath;
use super::problem::{SectionProblem, SectionProblemKind};
use super::read::{read, read_node};
use super::read_pass::KeyNotes;
use super::tree::Tree;
use super::trial::put;
use crate::inject::{Kind, Needs, Param, Scope, Values};
use crate::outcome::failure::Failure;
use crate::outcome::result::BoxError;
use crate::sync::catch_panic;

/// A struct that a section of the configuration is read as. Written by [`#[config]`](macro@crate::config).
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a section of the configuration",
    label = "not a section",
    note = "write `#[config(\"my_section\")]` above the struct `{Self}`, with `#[derive(serde::Deserialize)]` below it"
)]
pub trait Section: DeserializeOwned + Send + Sync + 'static {
    /// Where it is in the configuration: `http.client`.
    const PATH: &'static str;

    /// What the struct's own `validate` says.
    fn check(&self) -> Result<(), BoxError> {
        Ok(())
    }
}

/// What `validate` may return.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`validate` can't return `{Self}`",
    label = "return `Result<(), E>`",
    note = "write it like this: `fn validate(&self) -> Result<(), String>`; every error type will do"
)]
pub trait ValidateReturn {
    /// The error boxed.
    fn into_verdict(self) -> Result<(), BoxError>;
}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> ValidateReturn for Result<(), E> {
    fn into_verdict(self) -> Result<(), BoxError> {
        self.map_err(Into::into)
    }
}

/// The only place where generated code demands `R: ValidateReturn`, so that a wrong return type is one error.
#[doc(hidden)]
pub fn verdict<R: ValidateReturn>(validated: R) -> Result<(), BoxError> {
    validated.into_verdict()
}

/// A section of the configuration: derefs to the struct, clones as cheaply as an `Arc`.
///
/// The struct says what it is with [`#[config]`](macro@crate::config). All sections of everything that is to run are read
/// before anything starts, and everything that is wrong with any of them is reported together.
///
/// ```standalone_crate
/// use hostkit::prelude::*;
///
/// #[config("poller")]
/// #[derive(serde::Deserialize)]
/// struct PollerConfig {
///     url: String,
///     #[serde(default = "ten_seconds")]
///     every: Duration,
///     token: Option<Secret<String>>,
/// }
///
/// fn ten_seconds() -> Duration {
///     Duration::from_secs(10)
/// }
///
/// #[hosted_service]
/// async fn poller(stop: Stop, config: Config<PollerConfig>) {
///     while stop.sleep(config.every).await.is_running() {
///         tracing::info!("polling {}", config.url);
///     }
/// }
///
/// hostkit::main!();
/// ```
pub struct Config<T>(Arc<T>);

impl<T> From<T> for Config<T> {
    /// For calling an annotated function by hand, in a unit test say.
    fn from(value: T) -> Self {
        Config(Arc::new(value))
    }
}

impl<T> Deref for Config<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Clone for Config<T> {
    fn clone(&self) -> Self {
        Config(self.0.clone())
    }
}

impl<T: fmt::Debug> fmt::Debug for Config<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

// No `do_not_recommend`: a `Config<T>` without a section is to be told how `T` becomes one.
impl<K: Kind, T: Section> Param<K> for Config<T> {
    fn needs(needs: &mut Needs<K>) {
        needs.section(SectionNeed::of::<T>());
    }

    fn get(scope: &Scope<'_, K>) -> Self {
        Config::clone(&scope.value::<Config<T>>())
    }
}

/// A section that something reads, its type forgotten.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SectionNeed {
    /// Where it is: `http.client`.
    pub(crate) path: &'static str,
    /// The struct.
    pub(crate) of: &'static str,
    /// By which [`Values`] know it.
    pub(crate) key: TypeId,
    id: TypeId,
    read: fn(&Tree) -> SectionRead,
}

/// What reading a section gave.
pub(crate) struct SectionRead {
    /// Nothing if anything is wrong with the section.
    pub(crate) give: Option<InsertSection>,
    pub(crate) faults: Vec<SectionProblem>,
    /// Every value was met, so that all faults and all secrets are known.
    #[cfg_attr(not(feature = "cli"), allow(dead_code))]
    pub(crate) complete: bool,
    pub(crate) notes: KeyNotes,
}

/// Puts a section where its parameters are got from.
pub(crate) type InsertSection = Box<dyn FnOnce(&mut Values)>;

impl SectionNeed {
    pub(crate) fn of<T: Section>() -> Self {
        SectionNeed {
            path: T::PATH,
            of: type_name::<T>(),
            key: TypeId::of::<Arc<Config<T>>>(),
            id: TypeId::of::<T>(),
            read: found::<T>,
        }
    }

    pub(crate) fn read(&self, tree: &Tree) -> SectionRead {
        (self.read)(tree)
    }
}

impl PartialEq for SectionNeed {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

fn found<T: Section>(tree: &Tree) -> SectionRead {
    let mut reading = read::<T>(tree, T::PATH);
    if reading.faults.iter().any(SectionProblem::is_invented) {
        forget_refused::<T>(tree, &mut reading.faults);
    }
    let checked = reading.value.as_ref().map(|value| catch_panic(|| value.check()));
    let refused = match checked {
        Some(Err(panic)) => Some(panic),
        Some(Ok(Err(error))) => Some(Failure::of(error)),
        Some(Ok(Ok(()))) | None => None,
    };
    if let Some(refused) = refused {
        let keys: Vec<&str> = T::PATH.split('.').collect();
        let (path, node) = (KeyPath::of(T::PATH), tree.section(&keys));
        let says = refused.to_string();
        let says = match node.as_deref() {
            Some(node) => hide(says, &reading.notes.secrets, node, &path),
            None => says,
        };
        let source = node.as_deref().map(|node| blame(node, &says));
        reading
            .faults
            .push(SectionProblem::new(path, node.as_deref(), SectionProblemKind::Refused(says)).from(source));
        reading.value = None;
    }
    let give = reading.value.map(|value| -> InsertSection {
        Box::new(move |values| {
            values.insert(Config::from(value.into_inner()));
        })
    });
    SectionRead { give, faults: reading.faults, complete: reading.complete, notes: reading.notes }
}

/// Values that would be right in themselves, but that the section's own rule refuses, are not told.
fn forget_refused<T: Section>(tree: &Tree, faults: &mut [SectionProblem]) {
    let (path, keys) = (KeyPath::of(T::PATH), T::PATH.split('.').collect::<Vec<_>>());
    let Some(section) = tree.section(&keys) else { return };
    let mut corrected = section.into_owned();
    for fault in faults.iter() {
        let examples = fault.examples();
        // What is to be written for a list as a whole is one of these in its place.
        let Some(example) = examples.first().filter(|_| fault.has_example()) else { return };
        let told = fault.told().filter(|told| examples.contains(told)).unwrap_or(example.clone());
        match put(&corrected, &path, &fault.path, &told) {
            Some(with) => corrected = with,
            None => return,
        }
    }
    let reading = read_node::<T>(&corrected, &path);
    let refused = reading.is_some_and(|value| !matches!(catch_panic(|| value.check()), Ok(Ok(()))));
    if refused {
        for fault in faults.iter_mut().filter(|fault| fault.is_invented()) {
            *fault = fault.clone().with_example(None);
        }
    }
}
