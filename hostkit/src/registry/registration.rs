//! What an attribute leaves behind: a static that calls the builder. The one door to `inventory`.

use std::fmt;

use super::{Blueprint, CodeLocation, Linkage, Origin};

/// One annotated function, found at link time.
#[doc(hidden)]
pub struct Registration {
    site: CodeLocation,
    install: fn(&mut Blueprint, Origin),
}

impl Registration {
    /// Where it stands, and the builder call that it stands for.
    pub const fn new(site: CodeLocation, install: fn(&mut Blueprint, Origin)) -> Self {
        Registration { site, install }
    }

    pub(super) fn install(&'static self, blueprint: &mut Blueprint) {
        (self.install)(blueprint, self.origin());
    }

    pub(crate) fn origin(&'static self) -> Origin {
        Origin::attribute(&self.site)
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Registration").field(&self.site).finish()
    }
}

inventory::collect!(Registration);
inventory::collect!(Linkage);

/// Every registration of every linked crate, in no order.
pub(crate) fn discovered() -> impl Iterator<Item = &'static Registration> {
    inventory::iter::<Registration>.into_iter()
}

/// What `main!` and `link!` saw; nothing in a program that has neither.
pub(crate) fn linkages() -> impl Iterator<Item = &'static Linkage> {
    inventory::iter::<Linkage>.into_iter()
}
