//! A parameter: says what it needs when the plan is validated, and is got when the function is called.

use super::{Kind, Needs, Scope};

/// A type that an annotated function can take.
///
/// It works in two phases. While the plan is validated, [`needs`](Param::needs) says what must be there, so that what is
/// missing is found before anything starts. When the function is called, [`get`](Param::get) makes the value; it can't
/// fail any more. hostkit's own parameters are built on nothing else, and so can yours be:
///
/// ```
/// use hostkit::prelude::*;
/// use hostkit::Param;
/// use hostkit::param::{Kind, Needs, Scope};
///
/// struct Pool;
/// struct Names(Vec<String>);
///
/// /// What most of our services want, as one parameter.
/// struct Tenants {
///     pool: Dep<Pool>,
///     names: Dep<Names>,
/// }
///
/// impl<K: Kind> Param<K> for Tenants {
///     fn needs(needs: &mut Needs<K>) {
///         Dep::<Pool>::needs(needs);
///         Dep::<Names>::needs(needs);
///     }
///
///     fn get(scope: &Scope<'_, K>) -> Self {
///         Tenants { pool: Dep::get(scope), names: Dep::get(scope) }
///     }
/// }
///
/// #[hosted_service]
/// async fn greeter(tenants: Tenants) {
///     for name in &tenants.names.0 {
///         tracing::info!("hello {name}");
///     }
/// }
/// # fn main() {}
/// ```
///
/// `K` is the kind of function: a parameter for hosted services only implements `Param<HostedService>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a parameter of a `{K}`",
    label = "not a parameter",
    note = "a parameter is one of `Dep<T>`, `Arc<T>`, `Option<Dep<T>>`, `Config<T>`, `Queue<T>`, `Tasks`, `HostHandle`, or a type of yours that implements `hostkit::Param`; also `Stop` and `CancellationToken` (not in providers), `Ready` and `Heartbeat` (in hosted services), `Tick` (in timed ones), `Attempt` (in queued ones)",
    note = "for a shared value write `Dep<{Self}>`, and provide it: by a `#[provides]` function that returns `{Self}`, or by `host.provide(value)` in `main!(configure = …)`",
    note = "for a section of the configuration write `Config<{Self}>`, and `#[config(\"my_section\")]` above the struct"
)]
pub trait Param<K: Kind>: Sized {
    /// Says what must be there for [`get`](Param::get) to succeed.
    fn needs(needs: &mut Needs<K>);

    /// The value. Everything that [`needs`](Param::needs) asked for is there.
    fn get(scope: &Scope<'_, K>) -> Self;

    /// What generated code calls: the only place where it demands that a type is a parameter, so that a wrong type is one error.
    #[doc(hidden)]
    fn slot() -> ParamSlot<K, Self> {
        ParamSlot { needs: Self::needs, get: Self::get }
    }
}

/// One parameter of an annotated function: the type is checked where the slot is made, and nowhere else.
#[doc(hidden)]
pub struct ParamSlot<K: Kind, P> {
    needs: fn(&mut Needs<K>),
    get: fn(&Scope<'_, K>) -> P,
}

impl<K: Kind, P> ParamSlot<K, P> {
    #[doc(hidden)]
    pub fn needs(&self, needs: &mut Needs<K>) {
        (self.needs)(needs);
    }

    #[doc(hidden)]
    pub fn get(&self, scope: &Scope<'_, K>) -> P {
        (self.get)(scope)
    }
}

impl<K: Kind, P> Clone for ParamSlot<K, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K: Kind, P> Copy for ParamSlot<K, P> {}
