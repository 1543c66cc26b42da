//! The runs that are going. Most end at their first poll and never come here.

use std::task::{Context as Cx, Poll};

use super::run::Run;
use crate::outcome::RunResult;

#[derive(Default)]
pub(super) struct Going(Vec<Run>);

impl Going {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn push(&mut self, run: Run) {
        self.0.push(run);
    }

    /// One that has ended, and how; polls them until it finds one.
    pub(super) fn poll(&mut self, cx: &mut Cx<'_>) -> Option<(Run, RunResult)> {
        let (at, outcome) = self.0.iter_mut().enumerate().find_map(|(at, run)| match run.work.poll(cx) {
            Poll::Ready(outcome) => Some((at, outcome)),
            Poll::Pending => None,
        })?;
        Some((self.0.swap_remove(at), outcome))
    }

    /// All of them, to be cancelled.
    pub(super) fn take(&mut self) -> Vec<Run> {
        std::mem::take(&mut self.0)
    }
}
