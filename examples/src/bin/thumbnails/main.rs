//! The main example: thumbnails. A client posts an image and gets an id at once, and the thumbnail under that
//! id a moment later: a web server enqueues jobs, and workers run them.
//!
//! Run it with `cargo run -p hostkit-examples --bin thumbnails`, and post one of the samples:
//! `curl -i --data-binary @examples/src/bin/thumbnails/samples/sunset.png localhost:8080/images`. What else to
//! try, and what the log shows, is in the `README.md` beside this file.
//!
//! What it promises: an image that was answered with 202 is made into a thumbnail. When the process has to
//! stop, it accepts no more, makes all that wait, and ends then. When it is killed, the next start goes on with
//! them: an image is safe on disk before its id is sent, and stays there until its thumbnail is.

mod id;
mod images;
mod server;
mod shrink;
mod throughput;

use std::io;

use hostkit::prelude::*;
use id::ImageId;
use images::{Images, Settings};
use serde::{Deserialize, Serialize};
use shrink::shrink;

/// The job: the image itself is on disk.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Thumbnail {
    id: ImageId,
}

/// Makes one. A plain `fn`, so it runs off the executor and may take its time.
///
/// What is wrong with an image does not get better by trying again, so such a job is discarded; what is wrong with the disk may.
#[queued(workers = 2, capacity = 64, backoff = "500ms..10s", stop_timeout = "20s")]
fn thumbnail(
    job: Thumbnail,
    attempt: Attempt,
    images: Dep<Images>,
    settings: Config<Settings>,
) -> hostkit::Result {
    images.take_up(job.id, attempt.id());
    let original = match images.original(job.id) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(hostkit::discard(error).into()),
        original => original?,
    };
    match shrink(&original, settings.side, settings.max_decoded.bytes()) {
        Ok(thumbnail) => images.made(job.id, &thumbnail)?,
        Err(fault) => {
            images.broken(job.id, &fault.to_string())?;
            return Err(hostkit::discard(fault).into());
        }
    }
    tracing::info!("{} is made", job.id);
    Ok(())
}

/// Enqueues what an earlier process accepted and had no time for. It is ready once it has listed those images; only then
/// `server`, which starts after it, accepts more.
#[hosted_service]
async fn leftovers(
    ready: Ready,
    images: Dep<Images>,
    queue: Queue<Thumbnail>,
    stop: Stop,
) -> hostkit::Result {
    let waiting = images.waiting()?;
    ready.notify();
    if !waiting.is_empty() {
        tracing::info!("{} images are left over from the last run: they come first", waiting.len());
    }
    let jobs = waiting.into_iter().map(|id| Thumbnail { id });
    stop.run_until(queue.enqueue_all(jobs)).await.transpose()?; // on stop the rest waits for the next start
    Ok(())
}

// Its three levels may take 40 s one after the other: the server 10 s, the queue 20 s, `leftovers` 10 s. Whatever ends the
// process (`docker stop --time`, `terminationGracePeriodSeconds`) has to wait a little longer.
hostkit::main!(configure = |host: HostBuilder| host.stop_timeout(Duration::from_secs(40)));
