//! Functions with patterns, `where` clauses and other attributes, in every place that a function can stand in.

#![deny(warnings)]

use hostkit::prelude::*;

struct A;
struct B;

#[provides]
fn a() -> A {
    A
}

#[provides]
fn b() -> B {
    B
}

#[hosted_service]
async fn wild(_: Stop, _a @ _: Dep<A>) {}

#[hosted_service]
async fn changing(mut stop: Stop) {
    stop = stop.clone();
    drop(stop);
}

#[timed(every = "1s")]
fn bound(ref _a: Dep<A>, _b @ _: Dep<B>) -> hostkit::Result
where
    String: Send,
{
    Ok(())
}

#[derive(Clone)]
struct Pair(u64, u64);

#[queued(in_memory)]
fn taken_apart(Pair(one, mut two): Pair, Attempt { .. }: Attempt) {
    two += one;
    let _ = two;
}

/// Attributes of the language stand above and below.
#[doc(hidden)]
#[hosted_service]
#[must_use]
#[inline]
pub(crate) async fn of_the_language() -> hostkit::Result {
    Ok(())
}

#[deprecated(note = "write another")]
#[timed(every = "1s")]
fn deprecated_above() {}

#[timed(every = "1s")]
#[deprecated]
fn deprecated_below() {}

#[timed(every = "1s")]
#[track_caller]
#[cold]
#[inline(never)]
#[expect(unused_variables)]
fn expecting() {
    let unused = 1;
}

#[cfg_attr(all(), timed(every = "1s"))]
fn by_condition() {}

#[cfg_attr(any(), timed(every = "1s"))]
#[allow(dead_code)]
fn not_by_condition() {}

#[cfg_attr(all(), hosted_service)]
async fn service_by_condition(_: Stop) {}

mod inner {
    pub(crate) mod deep {
        use hostkit::prelude::*;

        #[timed(every = "1s")]
        async fn deeply(_: Dep<crate::A>) {}
    }
}

fn body() {
    struct Local;

    #[provides]
    fn local() -> Local {
        Local
    }

    #[hosted_service]
    async fn inside(_: Dep<Local>, _: Stop) {}

    mod module {
        use hostkit::prelude::*;

        #[timed(every = "1s")]
        fn in_module() {}

        struct S;

        #[hosted_service]
        impl S {
            fn new() -> Self {
                S
            }
            async fn run(&mut self, _: Stop) {}
        }
    }

    let _closure = || {
        #[on(stopping)]
        fn in_closure() {}
    };
}

impl A {
    fn method() {
        #[timed(every = "1s")]
        fn in_method() {}
    }
}

const _: () = {
    #[timed(every = "1s")]
    fn in_const() {}
};

fn main() {
    body();
    A::method();
}
