//! Two futures in, the output of the first to finish out; the left one is asked first. Stands in for
//! `tokio::select!`, whose macro crate would double the build of every user.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pub(crate) enum Either<L, R> {
    Left(L),
    Right(R),
}

pin_project_lite::pin_project! {
    /// No `async` block, for that would hold both futures twice.
    pub(crate) struct Select2<L, R> {
        #[pin]
        left: L,
        #[pin]
        right: R,
    }
}

pub(crate) fn select2<L: Future, R: Future>(left: L, right: R) -> Select2<L, R> {
    Select2 { left, right }
}

impl<L: Future, R: Future> Future for Select2<L, R> {
    type Output = Either<L::Output, R::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match this.left.poll(cx) {
            Poll::Ready(output) => Poll::Ready(Either::Left(output)),
            Poll::Pending => this.right.poll(cx).map(Either::Right),
        }
    }
}
