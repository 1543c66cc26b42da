//! What the fixture binaries play: the variable `SCENE` says what the builder is given. Without it there is no service.

mod blocked;
mod clock;
mod configured;
mod drawn;
mod early;
mod failing;
mod logged;
mod plain;
mod provides;
mod queued;
mod wrong;

use std::future::pending;

use hostkit::builder::{Hosted, OnFailure};
use hostkit::prelude::*;

/// The `configure` of the fixtures.
pub(crate) fn configure(host: HostBuilder) -> Result<HostBuilder, String> {
    let Ok(scene) = std::env::var("SCENE") else { return Ok(host) };
    let kind = scene.split('-').next().unwrap_or_default();
    Ok(match kind {
        "plain" => plain::scene(&scene, host),
        "failing" => failing::scene(&scene, host),
        "blocked" => blocked::scene(&scene, host),
        "logged" => logged::scene(&scene, host),
        "clock" => clock::scene(&scene, host),
        "drawn" => drawn::scene(host),
        "early" => early::scene(&scene, host),
        "configured" => configured::scene(&scene, host),
        "provides" => provides::scene(&scene, host),
        "queued" => queued::scene(&scene, host),
        "wrong" => wrong::scene(&scene, host),
        _ => return Err(format!("there is no scene `{scene}`")),
    })
}

/// Stops when it is told to.
fn idle() -> Hosted {
    Hosted::new(|stop: Stop| async move { stop.requested().await })
}

/// Does not stop when it is told to, and lives until it is aborted.
fn stubborn() -> Hosted {
    Hosted::new(pending::<()>)
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Panics, as far as the compiler can tell not always.
fn boom(place: &str) {
    panic!("boom {place}");
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        boom("in a drop");
    }
}
