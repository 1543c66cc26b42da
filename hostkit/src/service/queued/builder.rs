//! A queued service and its options, as the builder and the attribute say them.

use std::any::TypeId;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use hostkit_grammar as grammar;
use hostkit_grammar::{Attribute, OptionProblem, Value};

use super::handler::BlockingJobHandler;
use super::handler_config::HandlerConfig;
use super::runner::QueuedRunner;
use super::{IntoQueued, JobHandler, JobWork};
use crate::inject::{Kind, QueuedService};
use crate::queue::{Codec, Copying, Job, Key, MemorySource, QueueCore, QueueOptions, Rate};
use crate::service::declaration::Export;
use crate::service::{Declaration, Definition, OnFailure, OptionSet, Policy, common_options};
use crate::state::ServiceName;
use crate::time::backoff::Backoff;

/// A queued service and its options; the builder's form of `#[queued(…)]`.
///
/// ```
/// use hostkit::prelude::*;
/// use hostkit::Host;
/// use hostkit::builder::Queued;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Resize {
///     user: u64,
///     image: String,
/// }
///
/// async fn resize(job: Resize) -> hostkit::Result {
///     tracing::info!("resizing {}", job.image);
///     Ok(())
/// }
///
/// let host = Host::builder()
///     .queued("resize", Queued::new(resize).workers(4).retries(5).key(|job| job.user.to_string()))
///     .build();
/// assert!(host.is_ok());
/// ```
///
/// An attempt takes the job; for the next one a copy is made beforehand, written as a durable store would write it, or, with
/// [`cloned`](Queued::cloned), cloned.
pub struct Queued<T> {
    work: JobWork<T>,
    options: OptionSet,
    key: Option<Key<T>>,
    codec: Option<Codec<T>>,
    copying: Copying<T>,
}

impl<T: Send + 'static> Queued<T> {
    /// The queued service that an `async` closure (or function) of a job and parameters is.
    pub fn new<M>(handler: impl IntoQueued<M, Job = T>) -> Self {
        handler.into_queued()
    }

    /// The queued service that a blocking closure (or `fn`) of a job and parameters is: it runs on the blocking pool.
    pub fn blocking<A>(handler: impl BlockingJobHandler<T, A>) -> Self
    where
        T: Job,
    {
        Queued::from_work(handler.into_work()).stored()
    }

    /// For jobs that are kept in this process's memory for good: of any type that is `Send`.
    ///
    /// A job that is not [`cloned`](Queued::cloned) has one attempt, which takes it: [`retries`](Queued::retries) above 0 are a
    /// problem of the plan then, and a snooze, or a retry of the dead, finds nothing to run again.
    pub fn in_memory<A>(handler: impl JobHandler<T, A>) -> Self {
        Queued::from_work(handler.into_work())
    }
}

impl<T: 'static> Queued<T> {
    #[doc(hidden)]
    pub fn from_work(work: JobWork<T>) -> Self {
        Queued {
            work,
            options: OptionSet::new(Attribute::Queued),
            key: None,
            codec: None,
            copying: Copying::Never,
        }
    }

    pub(super) fn stored(self) -> Self
    where
        T: Job,
    {
        self.stored_by(T::codec())
    }

    /// Any store may keep its jobs, as they are written so.
    #[doc(hidden)]
    #[must_use]
    pub fn stored_by(mut self, codec: Codec<T>) -> Self {
        self.codec = Some(codec);
        self.copying = Copying::Encode(codec);
        self
    }

    /// What a `Probe` found: how a job is cloned, if it can be.
    #[doc(hidden)]
    #[must_use]
    pub fn copied(mut self, clone: Option<fn(&T) -> T>) -> Self {
        if let Some(clone) = clone {
            self.copying = Copying::Clone(clone);
        }
        self
    }

    /// Clones a job for its next attempt, instead of writing and reading it.
    #[must_use]
    pub fn cloned(self) -> Self
    where
        T: Clone,
    {
        self.copied(Some(T::clone))
    }

    common_options!();

    fn options(&mut self) -> &mut OptionSet {
        &mut self.options
    }

    /// How many jobs may run at a time. Default: 1.
    #[must_use]
    pub fn workers(mut self, workers: usize) -> Self {
        self.options.say("workers", count(workers));
        self
    }

    /// How many jobs may wait before `enqueue` waits too. Default: 1024. Retries and snoozed jobs are not counted.
    #[must_use]
    pub fn capacity(mut self, capacity: usize) -> Self {
        self.options.say("capacity", count(capacity));
        self
    }

    /// How many more attempts a job has that fails, before it is dead. Default: 3.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.options.say("retries", Value::Count(retries));
        self
    }

    /// The wait before a retry. Default: `1s..1m`.
    #[must_use]
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.options.say("backoff", Value::Range(backoff.min(), backoff.max()));
        self
    }

    /// An attempt that takes longer has failed: its stop signal is raised, and it is dropped; if it asked for the signal, a second
    /// later. A `fn` can't be dropped: it keeps its worker until it ends. Default: none.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.say("timeout", Value::Duration(timeout));
        self
    }

    /// How many attempts may begin in a stretch of time. Default: as many as can.
    #[must_use]
    pub fn rate(mut self, rate: Rate) -> Self {
        self.options.say("rate", Value::Rate(grammar::rate::Rate { count: rate.count, per: rate.per }));
        self
    }

    /// Jobs with an equal key run one at a time, in the order in which they were enqueued, retries included.
    #[must_use]
    pub fn key(mut self, key: impl Fn(&T) -> String + Send + Sync + 'static) -> Self {
        self.key = Some(Box::new(key));
        self.options.say("key", Value::Text("(a function)".to_owned()));
        self
    }

    /// Tells which field of the job the key is.
    #[doc(hidden)]
    #[must_use]
    pub fn key_path(mut self, path: &str) -> Self {
        self.options.say("key", Value::Text(path.to_owned()));
        self
    }

    /// Older names of this queue, for jobs that were written under one of them; jobs in memory never are.
    #[must_use]
    pub fn aliases(mut self, names: impl IntoIterator<Item: Into<String>>) -> Self {
        self.options.add_names("aliases", names);
        self
    }
}

impl<T: Send + 'static> Queued<T> {
    pub(crate) fn into_declaration(self) -> Declaration {
        let Queued { work: JobWork { wants, factory }, mut options, key, codec, copying } = self;
        if codec.is_none() {
            options.say("in_memory", Value::Flag(true));
        }
        let make = move |said: &OptionSet| {
            let mut policy = Policy::of(said);
            policy.on_failure = OnFailure::Stop; // what the queue lets through is meant to stop the host
            let aliases = said.names("aliases").iter().cloned().map(ServiceName::from).collect();
            let source = MemorySource::new(QueueOptions::of(said, key));
            let core = Arc::new(QueueCore::new(source, codec, copying, aliases));
            let export = Export {
                key: TypeId::of::<Arc<QueueCore<T>>>(),
                value: Box::new(core.clone()),
                steer: core.clone(),
            };
            let config = Arc::new(HandlerConfig {
                factory,
                copying,
                retries: said.count("retries").unwrap_or(3),
                backoff: said.backoff("backoff").unwrap_or_default(),
                timeout: said.duration("timeout"),
                warned: AtomicBool::new(false),
            });
            Definition {
                policy,
                faults: faults(said, config.attempts() > 1),
                exports: vec![export],
                ..Definition::of(QueuedRunner { core, config })
            }
        };
        let mut declaration = Declaration::new(QueuedService::WORD, Attribute::Queued, wants, make);
        declaration.options = options;
        declaration
    }
}

impl<T> QueueOptions<T> {
    fn of(said: &OptionSet, key: Option<Key<T>>) -> Self {
        let usual: QueueOptions<T> = QueueOptions::default();
        let size = |name| said.count(name).map(|count| count as usize);
        QueueOptions {
            workers: size("workers").unwrap_or(usual.workers),
            capacity: size("capacity").unwrap_or(usual.capacity),
            rate: said.rate("rate").map(|rate| Rate::new(rate.count, rate.per)),
            key,
        }
    }
}

/// As the table has it.
fn count(count: usize) -> Value {
    Value::Count(u32::try_from(count).unwrap_or(u32::MAX))
}

/// What the table of options does not know.
fn faults(said: &OptionSet, copied: bool) -> Vec<OptionProblem> {
    let mut faults = Vec::new();
    let mut refuse = |option, what: String, help| {
        faults.push(OptionProblem::refused(Attribute::Queued, option, what, help));
    };
    if let Some(retries) = said.count("retries").filter(|retries| *retries > 0 && !copied) {
        refuse(
            "retries",
            format!(
                "is {retries}, but its jobs can't be tried again, since they are kept in memory and can't be cloned"
            ),
            "derive `Clone` for them (and say `cloned()` on a builder), or set `retries` to 0",
        );
    }
    let rate = said.rate("rate").filter(|rate| rate.count > 0).map(|rate| Rate::new(rate.count, rate.per));
    if rate.is_some_and(|rate| rate.is_useless()) {
        let help = "write `100/s`, `5/m` or `1000/h`, or leave it out";
        refuse("rate", "lets nothing through, or everything".into(), help);
    }
    faults
}

impl<T> fmt::Debug for Queued<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queued")
            .field("job", &std::any::type_name::<T>())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
