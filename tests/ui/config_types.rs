//! A section has `Deserialize`, its `validate` returns a `Result`, and only sections are `Config<T>`.

use hostkit::prelude::*;
use serde::Deserialize;

#[config("a")]
struct NoDeserialize {}

#[config("b", validate)]
#[derive(Deserialize)]
struct NoValidate {}

#[config("c", validate)]
#[derive(Deserialize)]
struct WrongValidate {}

impl WrongValidate {
    fn validate(&self) -> bool {
        true
    }
}

#[derive(Deserialize)]
struct NoSection {}

#[hosted_service]
async fn service(_config: Config<NoSection>) {}

fn main() {}
