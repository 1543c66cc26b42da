//! Logs how much was done lately: counted for each file, logged by a timer, and once when everything has
//! stopped.

use std::sync::atomic::{AtomicU64, Ordering};

use hostkit::prelude::*;

use crate::verdict::Verdict;

/// Since the last report.
#[derive(Default)]
pub(crate) struct Throughput {
    files: AtomicU64,
    bytes: AtomicU64,
    failed: AtomicU64,
}

impl Throughput {
    pub(crate) fn add(&self, verdict: &Verdict) {
        match verdict {
            Verdict::Good { size, .. } => {
                self.files.fetch_add(1, Ordering::Relaxed);
                self.bytes.fetch_add(*size, Ordering::Relaxed);
            }
            Verdict::Bad { .. } => {
                self.failed.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

#[timed(every = "10s", first = "10s")]
#[on(stopped)]
async fn throughput(lately: Dep<Throughput>) {
    let [files, bytes, failed] =
        [&lately.files, &lately.bytes, &lately.failed].map(|count| count.swap(0, Ordering::Relaxed));
    if files + failed > 0 {
        tracing::info!(files, bytes, failed, "since the last report");
    }
}
