//! Every form of function that `#[provides]` stands on, every return type, every parameter; found by discovery.

use std::convert::Infallible;
use std::sync::Arc;

use hostkit::prelude::*;
use hostkit::testing::TestHost;

use super::world::Diary;

type Alias<T> = anyhow::Result<T>;

macro_rules! values {
    ($($name:ident)*) => {$(#[derive(Debug, PartialEq)] pub(crate) struct $name(pub(crate) u32);)*};
}

values! { Plain Fallible Aliased Anyhow Never InArc InResultOfArc Blocking BlockingFallible Asked Deep }

pub(crate) trait Speak: Send + Sync {
    fn speak(&self) -> String;
}

pub(crate) trait Listen: Send + Sync {
    fn listen(&self) -> u32;
}

impl Speak for Plain {
    fn speak(&self) -> String {
        format!("plain {}", self.0)
    }
}

impl Listen for Plain {
    fn listen(&self) -> u32 {
        self.0
    }
}

#[provides]
async fn plain() -> Plain {
    Plain(1)
}

#[provides]
async fn fallible() -> Result<Fallible, std::num::ParseIntError> {
    Ok(Fallible("2".parse()?))
}

#[provides]
async fn aliased() -> hostkit::Result<Aliased> {
    Ok(Aliased("3".parse()?))
}

#[provides]
async fn with_anyhow() -> Alias<Anyhow> {
    Ok(Anyhow(4))
}

#[provides]
async fn never() -> Result<Never, Infallible> {
    Ok(Never(5))
}

#[provides]
async fn in_arc() -> Arc<InArc> {
    Arc::new(InArc(6))
}

#[provides]
async fn in_result_of_arc() -> hostkit::Result<Arc<InResultOfArc>> {
    Ok(Arc::new(InResultOfArc(7)))
}

#[provides]
fn blocking() -> Blocking {
    Blocking(8)
}

#[provides]
fn blocking_fallible() -> hostkit::Result<BlockingFallible> {
    Ok(BlockingFallible(9))
}

#[provides]
async fn speaker(plain: Dep<Plain>) -> Arc<dyn Speak> {
    plain.into_inner()
}

#[provides(name = "an-ear")]
fn listener(plain: Arc<Plain>) -> hostkit::Result<Arc<dyn Listen>> {
    Ok(plain)
}

#[provides]
async fn r#type(none: Option<Dep<String>>, host: HostHandle, tasks: Tasks, ear: Dep<dyn Listen>) -> Asked {
    assert!(none.is_none());
    assert_eq!(host.status(), hostkit::report::Status::Starting);
    tasks.spawn("x", async {}).unwrap();
    Asked(ear.listen() + 9)
}

#[provides]
fn deep(asked: Dep<Asked>, blocking: Dep<Blocking>, option: Option<Dep<Never>>) -> Deep {
    Deep(asked.0 + blocking.0 + option.unwrap().0)
}

/// All that a function with twelve parameters can take; one more is in `forms_rest`.
#[hosted_service]
#[allow(clippy::too_many_arguments, reason = "each is a form")]
async fn forms_all(
    diary: Dep<Diary>,
    plain: Dep<Plain>,
    fallible: Dep<Fallible>,
    aliased: Dep<Aliased>,
    anyhow: Dep<Anyhow>,
    never: Dep<Never>,
    in_arc: Dep<InArc>,
    in_result: Arc<InResultOfArc>,
    blocking: Dep<Blocking>,
    blocking_fallible: Dep<BlockingFallible>,
    speaker: Dep<dyn Speak>,
    listener: Arc<dyn Listen>,
    asked: Option<Dep<Asked>>,
    deep: Dep<Deep>,
) {
    let all = [plain.0, fallible.0, aliased.0, anyhow.0, never.0, in_arc.0, in_result.0, blocking.0];
    let rest = (blocking_fallible.0, speaker.speak(), listener.listen(), asked.unwrap().0, deep.0);
    diary.note(format!("{all:?} {rest:?}"));
}

#[tokio::test(start_paused = true)]
async fn every_form_is_found_by_its_type() {
    let diary = Diary::new();
    let host = TestHost::discover().only(["forms_all"]).provide(diary.clone()).start().await.unwrap();
    assert!(host.wait().await.is_clean());
    assert_eq!(diary.all(), ["[1, 2, 3, 4, 5, 6, 7, 8] (9, \"plain 1\", 1, 10, 23)"]);
}

/// They are functions like any other.
#[tokio::test]
async fn a_provider_can_be_called_by_hand() {
    assert_eq!(plain().await, Plain(1));
    assert_eq!(speaker(Dep::from(Arc::new(Plain(2)))).await.speak(), "plain 2");
    assert_eq!(listener(Arc::new(Plain(3))).unwrap().listen(), 3);
}

mod only_what_is_needed {
    use super::*;

    pub(super) struct Lonely;

    #[provides]
    fn lonely() -> Lonely {
        panic!("nothing needs it");
    }

    #[timed(every = "1s", enabled = false)]
    async fn forms_disabled(_lonely: Dep<Lonely>) {}

    #[hosted_service]
    async fn forms_other() {}
}

#[tokio::test(start_paused = true)]
async fn only_what_something_enabled_needs_is_made() {
    let host = TestHost::discover().only(["forms_disabled", "forms_other"]).start().await.unwrap();
    assert!(host.wait().await.is_clean());
}
