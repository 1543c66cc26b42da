//! The runs that are going. Most end at their first poll and never come here.

use std::task::{Context as Cx, Poll};

use super::run::{Ran, Run};

/// No larger than a pointer, since each firing looks whether there are any.
#[derive(Default)]
#[allow(clippy::box_collection, reason = "that is why")]
pub(super) struct Going(Option<Box<Vec<Run>>>);

impl Going {
    pub(super) fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|runs| runs.is_empty())
    }

    pub(super) fn push(&mut self, run: Run) {
        self.0.get_or_insert_default().push(run);
    }

    /// One of which something has come; polls them until it finds one.
    pub(super) fn poll(&mut self, cx: &mut Cx<'_>) -> Option<(Run, Ran)> {
        let runs = self.0.as_mut()?;
        let (at, outcome) = runs.iter_mut().enumerate().find_map(|(at, run)| match run.poll(cx) {
            Poll::Ready(outcome) => Some((at, outcome)),
            Poll::Pending => None,
        })?;
        Some((runs.swap_remove(at), outcome))
    }

    /// All of them, to be cancelled.
    pub(super) fn take(&mut self) -> Vec<Run> {
        self.0.take().map(|runs| *runs).unwrap_or_default()
    }
}
