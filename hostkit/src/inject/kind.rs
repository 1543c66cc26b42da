//! The kinds of function that take parameters: a type each, so that a parameter in the wrong place does not compile.

/// A kind of annotated function. Each is a type without values; a parameter is a [`Param`](super::Param) of some or of all.
pub trait Kind: sealed::Sealed + 'static {
    /// What users call it: the name of its attribute.
    const WORD: &'static str;
    /// Whether it is called again and again, and so can have values that are made anew for each run.
    #[doc(hidden)]
    const RUNS: bool = false;
}

/// A kind that gets a stop request, and so may take [`Stop`](crate::param::Stop).
#[diagnostic::on_unimplemented(message = "a `{Self}` gets no stop request")]
pub trait Stoppable: Kind {}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $word:literal $(runs $runs:literal)? $(stoppable $stoppable:tt)?;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $kind {}
        impl sealed::Sealed for $kind {}
        impl Kind for $kind {
            const WORD: &'static str = $word;
            $(const RUNS: bool = $runs;)?
        }
        $(impl Stoppable for $kind $stoppable)?
    )*};
}

kinds! {
    /// `#[hosted_service]`: runs for as long as the host does.
    HostedService "hosted_service" stoppable {};
    /// `#[timed]`: runs again and again.
    TimedService "timed" runs true stoppable {};
    /// `#[queued]`: runs once for each job.
    QueuedService "queued" runs true stoppable {};
    /// `#[on(…)]`: runs once at a point of the host's life.
    LifecycleHook "on" stoppable {};
    /// `#[provides]`: makes a value that others ask for.
    ValueProvider "provides";
}

mod sealed {
    #[allow(unreachable_pub, reason = "sealed: nameable by no one else")]
    pub trait Sealed {}
}
