//! What may be a shared value: one demand with one sentence, wherever a value comes from and whoever asks for it.

use std::sync::Arc;

use super::AnyValue;

/// What can be shared by all services of a host.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be shared between services: several threads can't use it",
    label = "not `Send + Sync + 'static`",
    note = "a shared value is used by many services at once, on several threads: take a `Mutex` for a `RefCell`, an atomic for a `Cell`, an `Arc` for an `Rc`, and let a trait say `trait Mailer: Send + Sync`"
)]
pub trait Shareable: Send + Sync + 'static {
    fn forget(this: Arc<Self>) -> AnyValue;
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized + Send + Sync + 'static> Shareable for T {
    fn forget(this: Arc<Self>) -> AnyValue {
        Box::new(this)
    }
}
