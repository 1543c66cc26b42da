//! What happened, in order.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a test's services leave behind, in the order in which it happened.
#[derive(Debug, Default)]
pub struct Diary(Mutex<Vec<String>>);

impl Diary {
    /// An empty one, to be shared.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a line.
    pub fn note(&self, line: impl Into<String>) {
        self.lines().push(line.into());
    }

    /// Everything so far.
    pub fn all(&self) -> Vec<String> {
        self.lines().clone()
    }

    /// Begins anew.
    pub fn clear(&self) {
        self.lines().clear();
    }

    /// How often this line is there.
    pub fn count(&self, line: &str) -> usize {
        self.lines().iter().filter(|known| *known == line).count()
    }

    /// Where the first such line stands.
    ///
    /// # Panics
    /// If there is none.
    #[track_caller]
    pub fn position(&self, line: &str) -> usize {
        let lines = self.lines();
        match lines.iter().position(|known| known == line) {
            Some(position) => position,
            None => panic!("`{line}` is not among {lines:?}"),
        }
    }
}
