//! What can be a job: a type that can be stored, and how it is written and read.

use std::any::Any;

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use crate::outcome::failure::Failure;

/// A job type that every store can keep: `Serialize + DeserializeOwned + Send + 'static`.
///
/// ```
/// # mod serde { pub use ::serde::*; }
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Resize {
///     image: String,
///     width: u32,
/// }
///
/// fn is_job<T: hostkit::queue::Job>() {}
/// is_job::<Resize>();
/// ```
///
/// It is implemented for every such type, and by nobody else.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the job of a queue: it can't be stored",
    label = "not a job",
    note = "derive `serde::Serialize` and `serde::Deserialize` for `{Self}`, so that its jobs can be written to a store",
    note = "or keep its jobs in this process's memory for good: `#[queued(in_memory)]`, `Queued::in_memory(…)` on a builder",
    note = "the job is the function's first parameter; everything else that it takes comes after it"
)]
pub trait Job: Send + Sized + 'static {
    #[doc(hidden)]
    fn codec() -> Codec<Self>;
}

/// What any queue can hand to its workers, stored or not.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the job of a queue: it can't go from one thread to another",
    label = "not `Send + 'static`",
    note = "a job is made on one thread and handled on another: a trait object says so, as in `Box<dyn FnOnce() + Send>`, and an `Arc` may be sent where an `Rc` may not"
)]
pub trait Sendable: Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> Sendable for T {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + Send + 'static> Job for T {
    fn codec() -> Codec<T> {
        Codec {
            encode: |job, into| {
                serde_json::to_writer(into, job)
                    .map_err(|error| Failure::said(format!("can't be written as JSON: {error}")))
            },
            decode: |json| {
                serde_json::from_slice(json)
                    .map_err(|error| Failure::said(format!("can't be read as JSON: {error}")))
            },
        }
    }
}

/// A job, its type forgotten.
pub(crate) type AnyJob = Box<dyn Any + Send>;

/// How a job is written and read.
#[doc(hidden)]
pub struct Codec<T> {
    pub(crate) encode: fn(&T, &mut Vec<u8>) -> Result<(), Failure>,
    pub(crate) decode: fn(&[u8]) -> Result<T, Failure>,
}

impl<T> Clone for Codec<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Codec<T> {}

impl<T> std::fmt::Debug for Codec<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Codec")
    }
}
