//! What the builder takes as a provider.

use std::sync::Arc;

use hostkit::builder::Provider;
use hostkit::param::{Dep, Tasks};
use hostkit::{Host, HostHandle};

use super::world::{Diary, lived, made};

trait Speak: Send + Sync {
    fn speak(&self) -> String;
}

impl Speak for String {
    fn speak(&self) -> String {
        self.clone()
    }
}

async fn number() -> Result<u8, std::num::ParseIntError> {
    "7".parse()
}

fn text(number: Dep<u8>, _: HostHandle, _: Tasks) -> anyhow::Result<String> {
    Ok(format!("seven is {}", *number))
}

#[tokio::test(start_paused = true)]
async fn functions_closures_and_options() {
    let diary = Diary::new();
    let note = diary.clone();
    let host = Host::builder()
        .provide_with("number", number)
        .provide_with("text", Provider::blocking(text))
        .provide_with("speaker", |text: Dep<String>| async move { made::<Arc<dyn Speak>>(text.into_inner()) })
        .service("s", move |speaker: Dep<dyn Speak>, outer: Dep<Arc<dyn Speak>>| {
            note.note(speaker.speak());
            note.note(outer.speak());
            async {}
        });
    assert!(lived(host).await.is_clean());
    assert_eq!(diary.all(), ["seven is 7", "seven is 7"]);
}

/// Each service gets the very same value.
#[tokio::test(start_paused = true)]
async fn all_share_what_was_made_once() {
    let made_one = Arc::new(9u16);
    let same = made_one.clone();
    let check = move |value: Arc<u16>| {
        assert!(Arc::ptr_eq(&value, &same));
        async {}
    };
    let host = Host::builder()
        .provide_with("number", move || {
            let one = made_one.clone();
            async { made(one) }
        })
        .service("a", check.clone())
        .service("b", check);
    assert!(lived(host).await.is_clean());
}
