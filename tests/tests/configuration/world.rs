//! A section and its layers go in, the value that a service gets or everything that is wrong comes out.

use std::path::Path;
use std::sync::mpsc;

use hostkit::config::{Config, Layers};
use hostkit::param::HostedService;
use hostkit::{BuildError, Host, HostBuilder, Param};
use tempfile::TempDir;

/// A directory with files of configuration.
pub(crate) struct Files(TempDir);

impl Files {
    pub(crate) fn new() -> Self {
        Files(tempfile::tempdir().unwrap())
    }

    /// Layers with this file on top.
    pub(crate) fn over(&self, layers: Layers, name: &str, text: &str) -> Layers {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        layers.file(&path)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

/// One file as the only layer.
pub(crate) fn file(text: &str) -> Layers {
    Files::new().over(Layers::new(), "hostkit.toml", text)
}

/// One variable as the only layer.
pub(crate) fn variable(name: &str, value: &str) -> Layers {
    Layers::new().environment([(name.to_owned(), value.to_owned())])
}

/// `key=value` as the only layer.
pub(crate) fn set(text: &str) -> Layers {
    Layers::new().set(text)
}

/// A host with one service that reads this section, and what it got.
pub(crate) fn reader<T>() -> (HostBuilder, mpsc::Receiver<Config<T>>)
where
    T: Send + Sync + 'static,
    Config<T>: Param<HostedService>,
{
    let (give, got) = mpsc::sync_channel(1);
    let host = Host::builder().service("reader", move |config: Config<T>| {
        give.try_send(config).unwrap();
        async {}
    });
    (host, got)
}

/// The section as a service gets it.
#[track_caller]
pub(crate) fn read<T>(layers: Layers) -> Config<T>
where
    T: Send + Sync + 'static,
    Config<T>: Param<HostedService>,
{
    let (host, got) = reader::<T>();
    let host = host.configuration(layers).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    assert!(runtime.block_on(host.run()).is_clean());
    got.try_recv().unwrap()
}

/// Everything that is wrong with it, each as `what | where | help`.
#[track_caller]
pub(crate) fn wrong<T>(layers: Layers) -> Vec<String>
where
    T: Send + Sync + 'static,
    Config<T>: Param<HostedService>,
{
    problems(&reader::<T>().0.configuration(layers).build().expect_err("the section should be wrong"))
}

pub(crate) fn problems(error: &BuildError) -> Vec<String> {
    let told = error.problems().iter().map(|p| format!("{} | {} | {}", p.what(), p.place(), p.help()));
    told.map(|text| without_directory(&text)).collect()
}

/// The name of a temporary directory is another each time.
fn without_directory(text: &str) -> String {
    let mut parts = text.split(" | ");
    let mut told = Vec::new();
    for part in &mut parts {
        told.push(match part.rsplit_once('/') {
            Some((before, name)) if before.starts_with('/') && name.contains(".toml") => name,
            _ => part,
        });
    }
    told.join(" | ")
}
