//! Example 10. A shared value: a database, opened when the host starts, used by every service that takes it, and closed at the end.
//!
//! Run it with `cargo run -p hostkit-examples --bin 10_database`: `sensor` measures how long a tenth of a second takes,
//! `report` logs the result once a second, both through one pool of connections to `measurements.db`. Neither says where the pool comes
//! from: the type of a parameter does. Stop it and start it again, and it counts on. `-- graph` draws which service takes which value.
//! Where `measurements.db` can't be opened (make it a directory), the start has failed: exit code 3.

use std::ops::DerefMut;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use hostkit::prelude::*;
use rusqlite::{Connection, params};

const FILE: &str = "measurements.db";

/// Idle connections. As many are opened as are used at once.
#[derive(Default)]
struct Pool(Mutex<Vec<Connection>>);

impl Pool {
    fn with<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        let idle = self.idle().pop();
        let connection = idle.map_or_else(|| Connection::open(FILE), Ok)?;
        let done = work(&connection);
        self.idle().push(connection);
        done
    }

    fn idle(&self) -> impl DerefMut<Target = Vec<Connection>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Called when nothing uses the pool any more. An error here is logged, and the exit code is 1.
    async fn close(self: Arc<Self>) -> hostkit::Result {
        let closing = move || {
            let mut idle = self.idle();
            tracing::info!("closing the pool of {}", idle.len());
            idle.drain(..).try_for_each(|connection| connection.close().map_err(|(_, error)| error))
        };
        Ok(tokio::task::spawn_blocking(closing).await??)
    }
}

/// A plain `fn`, since SQLite blocks: it runs off the executor. An error in it is a failed start, and exit code 3.
#[provides(close = Pool::close)]
fn pool() -> rusqlite::Result<Pool> {
    let pool = Pool::default();
    pool.with(|db| {
        db.execute_batch("PRAGMA journal_mode = wal; CREATE TABLE IF NOT EXISTS measured (took REAL)")
    })?;
    tracing::info!("opened {FILE}");
    Ok(pool)
}

#[hosted_service]
fn sensor(stop: Stop, pool: Dep<Pool>) -> hostkit::Result {
    loop {
        let begun = Instant::now();
        if !stop.sleep_blocking(Duration::from_millis(100)).is_running() {
            return Ok(());
        }
        let took = begun.elapsed().as_secs_f64();
        pool.with(|db| db.execute("INSERT INTO measured VALUES (?1)", params![took]))?;
    }
}

#[timed(every = "1s")]
fn report(pool: Dep<Pool>) -> hostkit::Result {
    let ask = "SELECT count(*), coalesce(max(took), 0) FROM measured";
    let (count, longest): (i64, f64) =
        pool.with(|db| db.query_row(ask, [], |row| Ok((row.get(0)?, row.get(1)?))))?;
    tracing::info!("{count} measurements so far, the longest {:.1} ms", longest * 1000.0);
    Ok(())
}

hostkit::main!();
