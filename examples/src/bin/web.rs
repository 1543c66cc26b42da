//! A web server as a service: it is ready once it listens, stops gracefully, caps its open connections, and answers health checks.
//!
//! Run it with `cargo run -p hostkit-examples --bin web`, and ask with `curl -i http://127.0.0.1:8016/` and `…/health`. Stop it with
//! `--set host.drain_delay=5s`: for five seconds `/health` says 503, so that a load balancer looks elsewhere, while `/` still
//! answers; then no new connection is accepted, and what clients have begun has `web.grace` to end.

use std::future::IntoFuture;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::IncomingStream;
use hostkit::prelude::*;
use hostkit::report::Status;
use serde::Deserialize;
use tokio::net::TcpListener;

#[config("web")]
#[derive(Deserialize)]
#[serde(default)]
struct Web {
    listen: SocketAddr,
    /// With more open connections than this, requests are refused.
    max_connections: usize,
    /// How long clients have to finish once the service has to stop. Less than its `stop_timeout`.
    grace: Duration,
}

impl Default for Web {
    fn default() -> Self {
        let listen = ([127, 0, 0, 1], 8016).into();
        Web { listen, max_connections: 1000, grace: Duration::from_secs(5) }
    }
}

#[hosted_service(stop_timeout = "10s")]
async fn web(config: Config<Web>, host: HostHandle, ready: Ready, stop: Stop) -> hostkit::Result {
    let listener = TcpListener::bind(config.listen).await?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    let token = CancellationToken::clone(&stop);
    let gate = Gate { stopping: token.clone(), max_connections: config.max_connections };
    let routes = Router::new()
        .route("/", get(|| async { "hello\n" }))
        .layer(middleware::from_fn_with_state(gate, refuse_or_serve))
        .route("/health", get(health)) // below the gate: it always answers
        .with_state(host)
        .into_make_service_with_connect_info::<Connection>();
    let server = axum::serve(listener, routes).with_graceful_shutdown(token.cancelled_owned());
    ready.notify();

    let grace_is_over = async {
        stop.requested().await;
        tokio::time::sleep(config.grace).await;
    };
    tokio::select! {
        ended = server.into_future() => ended?,
        () = grace_is_over => tracing::warn!("connections still open, and closed now: {}", OPEN.load(Relaxed)),
    }
    Ok(())
}

/// 200 while the host is ready and all its services are healthy; otherwise 503, and what is wrong.
async fn health(State(host): State<HostHandle>) -> (StatusCode, String) {
    let unhealthy = host.services().into_iter().filter(|service| !service.is_healthy());
    let unhealthy: String = unhealthy.map(|s| format!("{}: {}\n", s.name(), s.state())).collect();
    match host.status() {
        Status::Ready if unhealthy.is_empty() => (StatusCode::OK, "ready\n".into()),
        Status::Ready => (StatusCode::SERVICE_UNAVAILABLE, unhealthy),
        status => (StatusCode::SERVICE_UNAVAILABLE, format!("{status:?}\n").to_lowercase()),
    }
}

#[derive(Clone)]
struct Gate {
    stopping: CancellationToken,
    max_connections: usize,
}

/// Refuses a request of a connection that outlives the stop request, or is one too many.
async fn refuse_or_serve(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    if gate.stopping.is_cancelled() || OPEN.load(Relaxed) > gate.max_connections {
        let later = [(header::RETRY_AFTER, "5"), (header::CONNECTION, "close")];
        return (StatusCode::SERVICE_UNAVAILABLE, later, "try again later\n").into_response();
    }
    next.run(request).await
}

static OPEN: AtomicUsize = AtomicUsize::new(0);

/// One open connection. axum keeps a clone with the connection, and gives one to each request.
#[derive(Clone)]
struct Connection(#[expect(dead_code, reason = "its drop counts")] Arc<Counted>);

struct Counted;

impl Connected<IncomingStream<'_, TcpListener>> for Connection {
    fn connect_info(_: IncomingStream<'_, TcpListener>) -> Self {
        OPEN.fetch_add(1, Relaxed);
        Connection(Arc::new(Counted))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Relaxed);
    }
}

hostkit::main!();
