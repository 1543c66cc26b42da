//! What a test's services leave behind, in the order in which it happened, and the few services that many tests need.

use hostkit::Param;
use hostkit::param::{Dep, Kind, Needs, Scope, Stop};
pub(crate) use hostkit_tests::{Diary, ends, lived, millis, obedient, pass, refused, secs, started};

/// The diary, as a parameter that knows whose notes it takes: `page.note("told")` writes `web told`.
pub(crate) struct Page {
    name: String,
    diary: Dep<Diary>,
}

impl Page {
    pub(crate) fn note(&self, what: &str) {
        self.diary.note(format!("{} {what}", self.name));
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

impl<K: Kind> Param<K> for Page {
    fn needs(needs: &mut Needs<K>) {
        Dep::<Diary>::needs(needs);
    }

    fn get(scope: &Scope<'_, K>) -> Self {
        Page { name: scope.service().to_owned(), diary: Dep::get(scope) }
    }
}

/// Notes when it drops: whether and when a future was let go.
pub(crate) struct Parting(pub(crate) Page);

impl Drop for Parting {
    fn drop(&mut self) {
        self.0.note("dropped");
    }
}

/// A service that notes when it begins and when it is told to stop.
pub(crate) async fn noted(page: Page, stop: Stop) {
    page.note("began");
    stop.requested().await;
    page.note("told");
}

/// A service that never stops by itself.
pub(crate) async fn stubborn() {
    std::future::pending::<()>().await;
}
