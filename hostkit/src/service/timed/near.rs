//! A timer's function, with a word beside it that can be read before it is called.

use std::hint::black_box;

use crate::due::Due;
use crate::inject::Context;
use crate::service::{Call, Called};

/// Aligned so that a function with up to three words of its own lies in one cache line with that word.
#[repr(C, align(32))]
pub(super) struct Near<C> {
    word: usize,
    call: C,
}

impl<C> Near<C> {
    pub(super) fn new(call: C) -> Self {
        Near { word: 0, call }
    }
}

impl<C: Call> Call for Near<C> {
    fn call(&self, context: &Context, due: Option<&Due>) -> Called {
        self.call.call(context, due)
    }

    fn blocks(&self) -> bool {
        self.call.blocks()
    }

    fn touch(&self) {
        black_box(self.word);
    }
}
