//! Scenes with a typed section.

use serde::Deserialize;

use super::*;

#[config("vault")]
#[derive(Deserialize, Debug)]
#[allow(dead_code, reason = "shown by `Debug`")]
struct Vault {
    port: u16,
    #[serde(rename = "apiToken")]
    token: Secret<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    keys: Vec<Secret<String>>,
    #[serde(default)]
    timeout: Option<Duration>,
    #[serde(default)]
    #[allow(dead_code, reason = "shown by `Debug`")]
    inner: Inner,
}

#[derive(Deserialize, Debug, Default)]
#[serde(default)]
#[allow(dead_code, reason = "shown by `Debug`")]
struct Inner {
    deep: u8,
    size: ByteSize,
}

pub(super) fn scene(scene: &str, host: HostBuilder) -> HostBuilder {
    if scene == "configured-timer" {
        let tick = |vault: Config<Vault>| async move { println!("ticked at {}", vault.port) };
        return host.timed("tick", hostkit::Every::secs(3600), tick);
    }
    host.service("vault", |vault: Config<Vault>| async move {
        println!("{} {} {:?}", vault.port, vault.token.expose().len(), vault);
        tracing::info!("{vault:?}");
        assert!(
            vault.tags.len() + vault.keys.len() < 9 && vault.timeout.is_none_or(|timeout| !timeout.is_zero())
        );
    })
}
