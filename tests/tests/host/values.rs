//! Shared values: one of each type for the whole host, plain, in an `Arc`, or behind a trait.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use hostkit::builder::Moment;
use hostkit::param::{Dep, Stop};
use hostkit::{Every, Host};

use super::world::{lived, pass, secs, started};

trait Mailer: Send + Sync {
    fn send(&self) -> u32;
}

struct Counting(AtomicU32);

impl Mailer for Counting {
    fn send(&self) -> u32 {
        self.0.fetch_add(1, Ordering::SeqCst)
    }
}

#[tokio::test(start_paused = true)]
async fn all_share_one_value() {
    async fn add(count: Dep<AtomicU32>) {
        count.fetch_add(1, Ordering::SeqCst);
    }
    let count = Arc::new(AtomicU32::new(0));
    let host = Host::builder()
        .provide(count.clone())
        .service("a", add)
        .service("b", add)
        .timed("t", Every::secs(60), add)
        .on(Moment::Starting, add)
        .on(Moment::Stopped, add);
    let host = started(host).await;
    pass(secs(1)).await;
    host.stop().await;
    assert_eq!(count.load(Ordering::SeqCst), 5);
}

#[tokio::test(start_paused = true)]
async fn a_value_in_an_arc_is_the_one_that_was_given() {
    let given = Arc::new("text".to_owned());
    let same = given.clone();
    let host = Host::builder().provide(given).service("a", move |dep: Dep<String>, arc: Arc<String>| {
        let same = same.clone();
        async move {
            assert!(Arc::ptr_eq(&arc, &same) && std::ptr::eq(&*dep, &*same));
            assert!(Arc::ptr_eq(&dep.clone().into_inner(), &same));
            let whole: Dep<String> = Dep::from(arc);
            assert_eq!(format!("{whole:?}"), "\"text\"");
        }
    });
    let report = lived(host).await;
    assert!(report.is_clean(), "{report}");
}

/// An `Arc<T>` is a `Dep<T>`, and a `Dep<Arc<T>>` as well, for who asks for that.
#[tokio::test(start_paused = true)]
async fn an_arc_can_be_asked_for_as_such() {
    let host = Host::builder()
        .provide(Arc::new(7u32))
        .service("a", |inner: Dep<u32>, outer: Dep<Arc<u32>>| async move { assert_eq!(*inner, **outer) });
    let report = lived(host).await;
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_value_behind_a_trait_is_found_by_the_trait() {
    let mailer: Arc<dyn Mailer> = Arc::new(Counting(AtomicU32::new(7)));
    let host = Host::builder().provide(mailer).service(
        "a",
        |mailer: Dep<dyn Mailer>, by_type: Option<Dep<Counting>>| async move {
            assert_eq!(mailer.send(), 7);
            assert!(by_type.is_none(), "it was given as the trait only");
        },
    );
    let report = lived(host).await;
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn types_are_told_apart_by_what_they_hold() {
    let host =
        Host::builder().provide(vec![1u8]).provide(vec![2u16]).provide(Some(3u8)).service(
            "a",
            |bytes: Dep<Vec<u8>>,
             words: Dep<Vec<u16>>,
             some: Dep<Option<u8>>,
             none: Option<Dep<Vec<u32>>>| async move {
                assert_eq!((bytes[0], words[0], *some, none.is_none()), (1, 2, Some(3), true));
            },
        );
    let report = lived(host).await;
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_value_lives_for_as_long_as_its_services() {
    struct Checked(AtomicU32);
    impl Drop for Checked {
        fn drop(&mut self) {
            assert_eq!(*self.0.get_mut(), 1, "dropped before its service was done with it");
        }
    }
    let host = Host::builder().provide(Checked(AtomicU32::new(0))).service(
        "a",
        |value: Dep<Checked>, stop: Stop| async move {
            stop.requested().await;
            pass(secs(5)).await;
            value.0.store(1, Ordering::SeqCst);
        },
    );
    drop(started(host).await);
    pass(secs(10)).await;
}
