//! A return type that is no outcome is one error under that type.

use hostkit::prelude::*;

struct NoError;

#[hosted_service]
async fn a_number() -> u32 {
    1
}

#[hosted_service]
fn a_value() -> hostkit::Result<String> {
    Ok(String::new())
}

#[timed(every = "1s")]
async fn no_error() -> Result<(), NoError> {
    Ok(())
}

#[on(started)]
fn an_option() -> Option<()> {
    None
}

fn main() {}
