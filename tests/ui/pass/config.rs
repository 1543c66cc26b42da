//! Every form of a section.

#![deny(warnings)]

use hostkit::prelude::*;
use serde::Deserialize;

/// Below or above `derive`, public or not.
#[derive(Deserialize)]
#[config("a.b-c")]
pub struct Documented {
    pub value: u8,
}

#[config("b", validate)]
#[derive(Deserialize)]
struct Validated(u8);

impl Validated {
    fn validate(&self) -> Result<(), String> {
        if self.0 == 0 { Err("zero".into()) } else { Ok(()) }
    }
}

#[config("c", crate = "::hostkit")]
#[derive(Deserialize)]
struct Unit;

#[cfg(any())]
#[config("d")]
struct NotThere(Nowhere);

#[config("e")]
#[cfg(any())]
struct NotThereEither(Nowhere);

mod inner {
    use super::*;

    #[config("f")]
    #[derive(Deserialize)]
    pub(super) struct Inner {}
}

#[hosted_service]
async fn all(
    _a: Config<Documented>,
    _b: Config<Validated>,
    _c: Config<Unit>,
    _f: Config<inner::Inner>,
) {
}

fn main() {}
