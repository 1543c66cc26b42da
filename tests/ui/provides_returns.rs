//! What a provider returns has to be a value that can be shared, with an error that can be told.

use hostkit::prelude::*;
use std::cell::Cell;
use std::sync::Arc;

struct Feed;
struct NoError;
struct NotShared(Cell<u8>);
trait Mailer {}

#[provides]
async fn nothing() {}

#[provides]
fn unit() -> () {}

#[provides]
async fn result_of_nothing() -> hostkit::Result {
    Ok(())
}

#[provides]
async fn another_result_of_nothing() -> Result<(), std::io::Error> {
    Ok(())
}

#[provides]
fn without_end() -> ! {
    loop {}
}

#[provides]
async fn no_name() -> impl Send + Sync {
    Feed
}

#[provides]
async fn no_error() -> Result<Feed, NoError> {
    Ok(Feed)
}

#[provides]
async fn not_shared() -> NotShared {
    NotShared(Cell::new(1))
}

#[provides]
fn not_shared_in_a_result() -> hostkit::Result<NotShared> {
    Ok(NotShared(Cell::new(1)))
}

#[provides]
async fn not_shared_by_its_trait() -> Arc<dyn Mailer> {
    todo!()
}

fn main() {}
