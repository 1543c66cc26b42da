//! `Config<T>` as a parameter of everything that takes any.

use std::sync::{Arc, Mutex};

use hostkit::Param;
use hostkit::builder::Moment;
use hostkit::param::{Kind, Needs, Scope};
use hostkit::prelude::*;
use hostkit::testing::TestHost;
use serde::Deserialize;

#[config("greeting")]
#[derive(Deserialize, Debug)]
struct Greeting {
    word: String,
}

#[derive(Default)]
struct Heard(Mutex<Vec<String>>);

impl Heard {
    fn hear(&self, who: &str, greeting: &Greeting) {
        self.0.lock().unwrap().push(format!("{who} {}", greeting.word));
    }
}

#[hosted_service(group = "greet")]
async fn greets(config: Config<Greeting>, heard: Dep<Heard>) {
    heard.hear("hosted", &config);
}

#[timed(every = "1h", group = "greet")]
fn greets_on_a_thread(config: Config<Greeting>, heard: Dep<Heard>) {
    heard.hear("thread", &config);
}

#[timed(every = "1h", group = "greet")]
async fn greets_hourly(config: Config<Greeting>, heard: Dep<Heard>) {
    heard.hear("timed", &config);
}

struct Greeter {
    heard: Dep<Heard>,
    config: Config<Greeting>,
}

#[hosted_service(group = "greet")]
impl Greeter {
    async fn new(config: Config<Greeting>, heard: Dep<Heard>) -> Self {
        Greeter { heard, config }
    }

    async fn stop(&mut self) {
        self.heard.hear("stateful", &self.config);
    }
}

async fn greets_first(config: Config<Greeting>, heard: Dep<Heard>) {
    heard.hear("hook", &config);
}

/// One of the user's own.
struct Louder(String);

impl<K: Kind> Param<K> for Louder {
    fn needs(needs: &mut Needs<K>) {
        Config::<Greeting>::needs(needs);
    }

    fn get(scope: &Scope<'_, K>) -> Self {
        Louder(Config::<Greeting>::get(scope).word.to_uppercase())
    }
}

#[hosted_service(group = "greet")]
async fn greets_loudly(louder: Louder, heard: Dep<Heard>) {
    heard.hear("own", &Greeting { word: louder.0 });
}

#[tokio::test(start_paused = true)]
async fn everybody_gets_the_section() {
    let heard = Arc::new(Heard::default());
    let host = TestHost::discover()
        .only(["greet"])
        .provide(heard.clone())
        .on(Moment::Started, greets_first)
        .config("greeting.word", "hello")
        .start()
        .await
        .unwrap();
    host.advance(Duration::from_secs(1)).await;
    let report = host.stop().await;
    assert!(report.is_clean(), "{report:?}");
    let mut said = heard.0.lock().unwrap().clone();
    said.sort();
    assert_eq!(
        said,
        ["hook hello", "hosted hello", "own HELLO", "stateful hello", "thread hello", "timed hello"]
    );
}

/// By hand, without a host.
#[test]
fn a_function_can_be_called_with_a_section_of_ones_own() {
    let config = Config::from(Greeting { word: "x".into() });
    let clone = config.clone();
    assert_eq!((&*clone.word, format!("{config:?}")), ("x", "Greeting { word: \"x\" }".to_owned()));
    let heard = Arc::new(Heard::default());
    greets_on_a_thread(config, heard.clone().into());
    assert_eq!(*heard.0.lock().unwrap(), ["thread x"]);
}
