//! A return type that does not exist is one error.

use hostkit::prelude::*;

#[provides]
async fn no_such_type() -> hostkit::Result<Fed> {
    todo!()
}

fn main() {}
