//! A key is the path to a field of the job that can be shown; what is wrong is shown in the path.

use hostkit::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct User {
    id: u64,
}

#[derive(Serialize, Deserialize)]
struct Resize {
    user: User,
    size: (u32, u32),
}

#[queued(key = "usr")]
async fn no_field(_job: Resize) {}

#[queued(key = "user.name")]
async fn no_field_of_it(_job: Resize) {}

#[queued(key = "user")]
async fn not_shown(_job: Resize) {}

#[queued(key = "size.2")]
async fn no_such_place(_job: Resize) {}

#[queued(key = "user.id()")]
async fn a_call(_job: Resize) {}

#[queued(key = "")]
async fn empty(_job: Resize) {}

#[queued(key = 7)]
async fn a_number(_job: Resize) {}

#[derive(Serialize, Deserialize)]
struct Other {
    r#type: u32,
}

#[queued(key = "typ")]
async fn not_quite_a_keyword(_job: Other) {}

#[queued(key = "type.x")]
async fn within_a_keyword(_job: Other) {}

#[queued(key = "self")]
async fn no_keyword_of_a_field(_job: Other) {}

#[queued(key = "size.99999999999")]
async fn too_large_a_number(_job: Resize) {}

#[queued(key = "size.01")]
async fn a_number_with_a_zero(_job: Resize) {}

fn main() {}
