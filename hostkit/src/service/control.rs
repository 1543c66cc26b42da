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

/// Whoever asked for a run waits here.
pub(crate) struct Answer(oneshot::Sender<Triggered>);

impl Answer {
    pub(crate) fn say(self, triggered: Triggered) {
        let _ = self.0.send(triggered); // whoever asked may have gone
    }
}

/// The line to one service.
pub(crate) struct Control {
    pub(crate) history: History,
    words: Mutex<Option<VecDeque<Word>>>,
    /// Whether there are any, for who looks often.
    unheard: AtomicBool,
    spoken: Notify,
}

impl Control {
    pub(crate) fn new() -> Self {
        Control {
            history: History::default(),
            words: Mutex::new(Some(VecDeque::new())),
            unheard: AtomicBool::new(false),
            spoken: Notify::new(),
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

    pub(crate) fn trigger(&self) -> impl Future<Output = Triggered> + use<> {
        let (answer, heard) = oneshot::channel();
        self.say(Word::Trigger(Answer(answer)));
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
