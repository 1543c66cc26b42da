//! An inbox, without a queue: it takes each file that arrives in a directory, computes its SHA-256 and its
//! size, writes a line to a ledger, and moves the file to `done/`. A file that can't be read, or is not a
//! regular file (a directory, a symbolic link, a pipe), goes to `failed/`, with the reason in the ledger. An
//! empty file is a file, and no file is too large.
//!
//! Run it with `cargo run -p hostkit-examples --bin inbox`, copy files into `./inbox` (or what `INBOX_DIR`
//! says), and look at `inbox/ledger.jsonl`. Stop it, or kill it, whenever you like: nothing is lost and
//! nothing is done twice.
//!
//! How it works: a file is first *claimed*, by moving it to `work/<batch>/`, where no producer finds it
//! and no other file has its name. Then its line is written to the ledger and is safe on disk; only then the
//! file moves on. So, whenever the process ends, a file in `work/` without a line has yet to be done, and one
//! with a line has only to be moved.
//!
//! For producers: names that begin with `.` or end in `.tmp` or `.part` are theirs, so write
//! under such a name and rename when done. Any other file is taken once it has lain unchanged for a poll.
//! `work`, `done`, `failed` and `ledger.jsonl` are the inbox's own; take away from `done/` and `failed/` what
//! you like.

mod folders;
mod ledger;
mod throughput;
mod verdict;

use std::path::PathBuf;

use folders::{Claim, Folders};
use hostkit::prelude::*;
use jiff::Timestamp;
use ledger::{Entry, Ledger};
use throughput::Throughput;
use verdict::judge;

const POLL: Duration = Duration::from_millis(250);

/// Where it all is.
struct Place(PathBuf);

struct Inbox {
    folders: Folders,
    ledger: Ledger,
    throughput: Dep<Throughput>,
}

/// It is all file work, so its methods are plain `fn`s, which run off the executor. An error in it (a full disk, say) is like a
/// crash: a restart makes a new value, and begins where every start begins.
#[hosted_service(on_failure = "restart", heartbeat = "30s")]
impl Inbox {
    fn new(place: Dep<Place>, throughput: Dep<Throughput>) -> hostkit::Result<Self> {
        let folders = Folders::open(&place.0)?;
        let (ledger, unsettled) = Ledger::open(&place.0.join("ledger.jsonl"), &folders)?;
        for Entry { claim, moved_to, .. } in unsettled {
            tracing::info!(name = claim.name, moved_to, "was in the ledger, but not yet moved");
            folders.settle(&claim, &moved_to)?;
        }
        tracing::info!("watching {}", place.0.display());
        Ok(Inbox { folders, ledger, throughput })
    }

    fn run(&mut self, stop: Stop, heart: Heartbeat) -> hostkit::Result {
        let go_on = || {
            heart.beat();
            !stop.is_requested()
        };
        loop {
            for batch in self.folders.batches()? {
                for claim in self.folders.claims(batch)? {
                    self.work_off(claim, go_on)?;
                }
                self.folders.close(batch)?;
            }
            if !stop.sleep_blocking(POLL).is_running() {
                return Ok(());
            }
            self.folders.claim(self.ledger.last_batch())?;
            heart.beat();
        }
    }

    fn work_off(&mut self, claim: Claim, go_on: impl Fn() -> bool) -> hostkit::Result {
        let Some(verdict) = judge(&self.folders.path_of(&claim), go_on) else {
            return Ok(()); // it stays in `work/`, and its turn comes again
        };
        let folder = if verdict.is_good() { "done" } else { "failed" };
        let moved_to = self.folders.free_place(folder, &claim)?;
        let entry = Entry { claim, moved_to, when: Timestamp::now(), verdict };
        self.ledger.append(&entry)?;
        self.folders.settle(&entry.claim, &entry.moved_to)?;
        entry.tell();
        self.throughput.add(&entry.verdict);
        Ok(())
    }
}

hostkit::main!(
    configure = |host: HostBuilder| -> hostkit::Result<HostBuilder> {
        let place = std::env::var_os("INBOX_DIR").unwrap_or_else(|| "inbox".into());
        Ok(host.provide(Place(std::path::absolute(place)?)).provide(Throughput::default()))
    }
);
