//! What the compiler leaves out by `cfg` is not called, and what it keeps is, wherever the `cfg` stands. `false` never holds,
//! and `true` always does.

use hostkit::config::Layers;
use hostkit::prelude::*;
use hostkit::{Host, HostBuilder};

use super::world::{Diary, Page, lived, pass, secs, started};

fn host(service: &str) -> (HostBuilder, std::sync::Arc<Diary>) {
    let diary = Diary::new();
    (Host::builder().discover().only([service]).provide(diary.clone()), diary)
}

/// Each method twice; once the first of the two is compiled, once the second.
struct Twice(&'static str);

#[hosted_service(on_finish = "stop", stop_timeout = "5s")]
impl Twice {
    #[cfg(false)]
    fn new(nothing: NoSuchType, page: Page) -> Self {
        Twice("the first new")
    }

    #[cfg(not(false))]
    async fn new(page: Page) -> hostkit::Result<Self> {
        page.note("the second new");
        Ok(Twice("of the second new"))
    }

    #[cfg(true)]
    fn start(&mut self, page: Page) {
        page.note(&format!("the first start, {}", self.0));
    }

    #[cfg(not(true))]
    async fn start(&mut self, page: Page, nothing: NoSuchType) {}

    #[cfg(windows)]
    async fn run(&mut self, page: Page) {
        page.note("run on windows");
    }

    #[cfg(not(windows))]
    #[inline]
    #[cfg(not(false))]
    async fn run(&mut self, page: Page) {
        page.note("run elsewhere");
    }

    #[cfg_attr(true, cfg(false))]
    fn stop(&mut self, page: Page) {
        page.note("the first stop");
    }

    #[cfg_attr(false, cfg(false))]
    async fn stop(&mut self, page: Page) {
        page.note("the second stop");
    }
}

#[tokio::test(start_paused = true)]
async fn of_a_method_that_is_there_twice_the_one_that_is_compiled_is_called() {
    let (host, diary) = host("twice");
    let report = lived(host).await;
    let run = if cfg!(windows) { "twice run on windows" } else { "twice run elsewhere" };
    assert_eq!(
        diary.all(),
        ["twice the second new", "twice the first start, of the second new", run, "twice the second stop"]
    );
    assert!(report.is_clean(), "{report}");
}

/// Without its `run`, it lives until it is told to stop.
struct Left;

#[hosted_service]
impl Left {
    fn new() -> Self {
        Left
    }

    #[cfg(false)]
    async fn run(self) {}

    fn stop(&mut self, page: Page, #[cfg(false)] nothing: NoSuchType, #[cfg(true)] _stop: Stop) {
        page.note("stop");
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_that_is_left_out_is_not_missed() {
    let (host, diary) = host("left");
    let host = started(host).await;
    pass(secs(1)).await;
    assert!(diary.all().is_empty());
    assert!(host.stop().await.is_clean());
    assert_eq!(diary.all(), ["left stop"]);
}

#[hosted_service]
async fn chosen(
    #[cfg(false)] nothing: NoSuchType,
    page: Page,
    #[cfg(not(false))] stop: Stop,
    #[cfg(unix)] _on_unix: Tasks,
    #[cfg(not(unix))] _elsewhere: HostHandle,
) {
    page.note("began");
    stop.requested().await;
    page.note("told");
}

#[tokio::test(start_paused = true)]
async fn a_parameter_that_is_left_out_is_not_passed() {
    let (host, diary) = host("chosen");
    let host = started(host).await;
    assert!(host.stop().await.is_clean());
    assert_eq!(diary.all(), ["chosen began", "chosen told"]);
}

/// Left out by whatever is above or below the attribute.
mod left_out {
    use super::Page;
    use hostkit::prelude::*;

    #[cfg(false)]
    #[hosted_service]
    async fn gone_above(page: NoSuchType) {}

    #[hosted_service]
    #[cfg(false)]
    async fn gone_below(page: NoSuchType) {}

    #[hosted_service]
    #[cfg_attr(true, cfg(false))]
    async fn gone_by_an_attribute(page: NoSuchType) {}

    #[timed(every = "1s")]
    #[cfg_attr(not(false), doc = "x", cfg(true), cfg_attr(true, cfg(false)))]
    async fn gone_by_one_within(page: NoSuchType) {}

    #[on(started)]
    #[cfg(true)]
    #[cfg(false)]
    fn gone_hook(page: NoSuchType) {}

    #[provides]
    #[cfg(false)]
    fn gone_value<T>() -> impl Into<T> {}

    #[queued(key = "nothing")]
    #[cfg(false)]
    async fn gone_job(&self) {}

    #[config("gone", validate)]
    #[cfg(false)]
    struct Gone<T>(T);

    #[hosted_service]
    #[cfg(false)]
    impl Gone {
        fn run(self) {}
    }

    /// One name, of which one is there.
    #[hosted_service(name = "gone_or_not")]
    #[cfg(false)]
    async fn one_of_two(page: NoSuchType) {}

    #[hosted_service(name = "gone_or_not")]
    #[cfg_attr(false, cfg(false))]
    #[cfg_attr(true, allow(unused_variables), cfg(true))]
    async fn one_of_two(page: Page) {}
}

#[test]
fn a_service_that_is_left_out_is_not_registered_and_not_judged() {
    let diary = Diary::new();
    let plan = Host::builder().discover().provide(diary).only(["gone_or_not"]).build().unwrap();
    let names = format!("{plan:?}");
    assert!(names.contains("gone_or_not"), "{names}");
    let refused = Host::builder().discover().only(["gone_above"]).build();
    assert!(refused.is_err());
}

#[config("conditions")]
#[derive(serde::Deserialize)]
struct Section {
    #[cfg(false)]
    nothing: NoSuchType,
    #[cfg(true)]
    port: u16,
}

#[hosted_service(on_finish = "stop")]
async fn conditioned(page: Page, config: Config<Section>) {
    page.note(&config.port.to_string());
}

#[tokio::test(start_paused = true)]
async fn fields_of_a_section_may_be_left_out() {
    let (host, diary) = host("conditioned");
    let report = lived(host.configuration(Layers::new().set("conditions.port=80"))).await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(diary.all(), ["conditioned 80"]);
}
