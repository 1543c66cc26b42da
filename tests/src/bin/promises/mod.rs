//! Services declared by attributes, one or more for each promise in the table of `tests/roads.rs`. Two programs and that test have
//! them all; `--only`, or its like, says which of them run.

pub(crate) mod failing;
pub(crate) mod jobs;
pub(crate) mod timers;
pub(crate) mod values;

use hostkit::Param;
use hostkit::param::{Kind, Needs, Scope};
use hostkit::prelude::*;
use hostkit_tests::Diary;

/// Where services write what happened: the diary of a test that provides one, or standard output.
#[derive(Clone, Default)]
pub(crate) struct Notes(pub(crate) Option<Dep<Diary>>);

impl Notes {
    pub(crate) fn note(&self, line: impl Into<String>) {
        match &self.0 {
            Some(diary) => diary.note(line),
            None => println!("{}", line.into()),
        }
    }
}

impl<K: Kind> Param<K> for Notes {
    fn needs(needs: &mut Needs<K>) {
        Option::<Dep<Diary>>::needs(needs);
    }

    fn get(scope: &Scope<'_, K>) -> Self {
        Notes(Option::get(scope))
    }
}

/// Does as it is told: beside it another service may fail.
#[hosted_service]
pub(crate) async fn obeys(stop: Stop) {
    stop.requested().await;
}

#[on(starting)]
pub(crate) async fn at_starting(notes: Notes) {
    notes.note("starting");
}

#[on(started)]
pub(crate) fn at_started(notes: Notes) {
    notes.note("started");
}

#[on(stopping)]
pub(crate) fn at_stopping(notes: Notes) {
    notes.note("stopping");
}

#[on(stopped)]
pub(crate) async fn at_stopped(notes: Notes) {
    notes.note("stopped");
}
