//! What a service can be told from outside while it runs, and what it tells: run now, pause, resume; its history.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::futures::Notified;
use tokio::sync::{Notify, oneshot};

use super::timed::History;
use crate::failure::Failure;
use crate::locked::locked;

/// What whoever asks for a run is told when there will be none.
pub(crate) const DEAF: Triggered = Triggered::Refused("the timer does not run any more");

/// What became of a run that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a run that was asked for may have been skipped"]
pub enum Triggered {
    /// It ran, without an error.
    Done,
    /// It ran and failed.
    Failed(Failure),
    /// The run before is still going, and the overlap policy says that it is not to run.
    Skipped,
    /// It was cancelled by the run after it (`overlap = "cancel"`).
    Cancelled,
    /// It can't run: the service is no timer, or is not running.
    Refused(&'static str),
}

/// Said to a service.
pub(crate) enum Word {
    Trigger(Answer),
    Pause(String),
    Resume,
    /// The wall clock was set: it may be due.
    Look,
}

/// What a run is told that asks for one which could not begin before it had ended itself.
const FOR_ITSELF: Triggered = Triggered::Refused(
    "the run that asks for it would wait for itself: it could not begin before that one has ended; ask for it without \
     waiting, on a task of `Tasks`, or let runs overlap: `overlap = \"allow\"`",
);

/// Whoever asked for a run waits here.
pub(crate) struct Answer {
    to: oneshot::Sender<Triggered>,
    /// Who waits is a run that this timer's own run waits for, or that run itself.
    in_a_ring: bool,
}

impl Answer {
    pub(crate) fn say(self, triggered: Triggered) {
        let _ = self.to.send(triggered); // whoever asked may have gone
    }

    /// The run would have to wait for the one before: whether that can end. If not, who asked is told so.
    pub(crate) fn may_wait(self) -> Option<Self> {
        if self.in_a_ring {
            self.say(FOR_ITSELF);
            return None;
        }
        Some(self)
    }
}

/// The line to one service.
pub(crate) struct Control {
    pub(crate) history: History,
    words: Mutex<Option<VecDeque<Word>>>,
    /// Whether there are any, for who looks often.
    unheard: AtomicBool,
    spoken: Notify,
    /// Positions of the timers that its runs wait for.
    pub(crate) waits_for: Mutex<Vec<usize>>,
}

impl Control {
    pub(crate) fn new() -> Self {
        Control {
            history: History::default(),
            words: Mutex::new(Some(VecDeque::new())),
            unheard: AtomicBool::new(false),
            spoken: Notify::new(),
            waits_for: Mutex::default(),
        }
    }

    /// Whether anybody hears it. A pause is one at once: the next due time finds it, whether the word was heard by then or not.
    pub(crate) fn say(&self, word: Word) -> bool {
        let mut words = locked(&self.words);
        let Some(words) = words.as_mut() else { return false };
        match &word {
            Word::Pause(reason) => self.history.pause(Some(reason.clone())),
            Word::Resume => self.history.pause(None),
            Word::Trigger(_) | Word::Look => {}
        }
        words.push_back(word);
        self.unheard.store(true, Ordering::Release);
        self.spoken.notify_one();
        true
    }

    /// The answer to a run that asks for this one, if `in_a_ring` could not come: see [`Answer::may_wait`].
    pub(crate) fn trigger(&self, in_a_ring: bool) -> impl Future<Output = Triggered> + use<> {
        let (to, heard) = oneshot::channel();
        self.say(Word::Trigger(Answer { to, in_a_ring }));
        async move { heard.await.unwrap_or(DEAF) } // an answer that is let go is one, too
    }

    /// The next time that something is said.
    pub(crate) fn spoken(&self) -> Notified<'_> {
        self.spoken.notified()
    }

    /// Wakes who listens, though nothing was said.
    pub(crate) fn nudge(&self) {
        self.spoken.notify_one();
    }

    pub(crate) fn has_words(&self) -> bool {
        self.unheard.load(Ordering::Acquire)
    }

    pub(crate) fn word(&self) -> Option<Word> {
        let mut words = locked(&self.words);
        let words = words.as_mut()?;
        let word = words.pop_front();
        self.unheard.store(!words.is_empty(), Ordering::Release);
        word
    }

    /// Nobody listens any more; whoever still waits for a run that will not be is told so by the drop.
    pub(crate) fn close(&self) {
        let unheard = locked(&self.words).take();
        drop(unheard);
        self.history.expects(None);
    }
}

/// Closes the line when the service is gone, however it went.
pub(crate) struct Closing(pub(crate) Arc<Control>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}
