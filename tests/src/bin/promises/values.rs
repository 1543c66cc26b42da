//! Shared values, sections of the configuration, and everything that a parameter can be.

use hostkit::prelude::*;
use serde::Deserialize;

use super::Notes;
use super::jobs::Page;

pub(crate) struct Pool(pub(crate) Notes);

impl Pool {
    pub(crate) async fn close(&self) {
        self.0.note("pool closed");
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.0.note("pool dropped");
    }
}

/// Made of the pool, and so closed and dropped before it.
pub(crate) struct Client(
    pub(crate) Notes,
    #[expect(dead_code, reason = "it is only held")] pub(crate) Dep<Pool>,
);

impl Client {
    pub(crate) async fn close(&self) {
        self.0.note("client closed");
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.0.note("client dropped");
    }
}

#[provides(close = Pool::close)]
pub(crate) fn pool(notes: Notes) -> Pool {
    notes.note("pool made");
    Pool(notes)
}

#[provides(close = Client::close)]
pub(crate) async fn client(notes: Notes, pool: Dep<Pool>) -> hostkit::Result<Client> {
    notes.note("client made");
    Ok(Client(notes, pool))
}

#[hosted_service]
pub(crate) async fn uses(client: Dep<Client>) {
    client.0.note("used");
}

#[config("road")]
#[derive(Deserialize, Debug, Default)]
#[serde(default)]
pub(crate) struct Road {
    pub(crate) limit: u32,
    pub(crate) token: Option<Secret<String>>,
}

#[hosted_service]
pub(crate) async fn shows(road: Config<Road>, notes: Notes) {
    notes.note(format!("limit {}", road.limit));
    notes.note(format!("{:?}", *road));
}

/// What every kind of function can take.
#[allow(clippy::too_many_arguments, reason = "that is what it is for")]
#[hosted_service(heartbeat = "1m")]
pub(crate) async fn takes(
    stop: Stop,
    token: CancellationToken,
    ready: Ready,
    heartbeat: Heartbeat,
    host: HostHandle,
    tasks: Tasks,
    queue: Queue<Page>,
    road: Config<Road>,
    pool: Dep<Pool>,
    same: Arc<Pool>,
    absent: Option<Dep<u128>>,
    notes: Notes,
) {
    heartbeat.beat();
    ready.notify();
    let told = stop.is_requested() || token.is_cancelled() || !tasks.is_empty() || queue.len().await > 0;
    let shared = Arc::ptr_eq(&pool.into_inner(), &same) && absent.is_none() && road.limit == 0;
    let found = host.service("takes").is_some();
    notes.note(format!("taken: {}", !told && shared && found));
}

#[timed(every = "1h")]
pub(crate) async fn takes_in_time(
    tick: Tick,
    stop: Stop,
    host: HostHandle,
    pool: Dep<Pool>,
    road: Config<Road>,
    notes: Notes,
) {
    let fits = tick.number() == 1 && !stop.is_requested() && road.limit == 0;
    pool.0.note("the pool is there");
    notes.note(format!("taken: {}", fits && host.service("takes_in_time").is_some()));
}

/// What a plain test can call with values alone.
#[hosted_service]
pub(crate) async fn takes_values(
    pool: Dep<Pool>,
    same: Arc<Pool>,
    absent: Option<Dep<u128>>,
    road: Config<Road>,
    notes: Notes,
) {
    let shared = Arc::ptr_eq(&pool.into_inner(), &same) && absent.is_none() && road.limit == 0;
    notes.note(format!("taken: {shared}"));
}
