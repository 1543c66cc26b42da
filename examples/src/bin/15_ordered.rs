//! Example 15. Jobs in order by a key: one account's bookings one after the other, different accounts at the same time.
//!
//! Run it with `cargo run -p hostkit-examples --bin 15_ordered`; it ends by itself. Four workers, two accounts: each account's
//! numbers come in order, although the first booking of one takes longest, and the other account does not wait for it.

use hostkit::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Booking {
    account: Account,
    number: u32,
}

#[derive(Serialize, Deserialize)]
struct Account {
    name: String,
}

/// `key` is the path to a field: jobs that have the same value there run one at a time, in order, retries included.
#[queued(workers = 4, key = "account.name", backoff = "50ms..50ms")]
async fn book(booking: Booking, attempt: Attempt) -> hostkit::Result {
    let Booking { account, number } = booking;
    if number == 1 {
        tokio::time::sleep(Duration::from_millis(100)).await; // and yet number 2 comes after it
    }
    if number == 2 && attempt.number() == 1 {
        tracing::info!("{} {number}: failed, and 3 waits for it", account.name);
        return Err("the ledger was busy".into());
    }
    tracing::info!("{} {number}", account.name);
    Ok(())
}

#[hosted_service]
async fn bank(bookings: Queue<Booking>, host: HostHandle) -> hostkit::Result {
    for number in 1..=4 {
        for name in ["anna", "ben"] {
            bookings.enqueue(Booking { account: Account { name: name.into() }, number }).await?;
        }
    }
    host.stop(); // what was accepted is worked off
    Ok(())
}

hostkit::main!();
