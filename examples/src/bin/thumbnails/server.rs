//! The server: `POST /images` takes an image, `GET /images/{id}` gives its thumbnail, `GET /queue` how long the queue is.

use std::fmt::Display;
use std::future::IntoFuture;
use std::io;
use std::net::SocketAddr;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use hostkit::prelude::*;
use hostkit::queue::EnqueueErrorKind;
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;

use crate::Thumbnail;
use crate::id::ImageId;
use crate::images::{Images, Look};
use crate::shrink;

/// How long an image may take to arrive.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long open requests may take when the host stops.
const GRACE: Duration = Duration::from_secs(5);

#[config("http")]
#[derive(Deserialize)]
#[serde(default)]
struct Http {
    listen: SocketAddr,
    /// How large the file of an image may be.
    max_body: ByteSize,
}

impl Default for Http {
    fn default() -> Self {
        Http { listen: ([127, 0, 0, 1], 8080).into(), max_body: ByteSize::new(10 << 20) }
    }
}

/// The state that every request handler takes.
#[derive(Clone)]
struct App {
    http: Config<Http>,
    images: Dep<Images>,
    queue: Queue<Thumbnail>,
    host: HostHandle,
}

/// It comes after `leftovers`, so that an image that is posted is never taken for one of them.
#[hosted_service(after = "leftovers")]
async fn server(
    http: Config<Http>,
    images: Dep<Images>,
    queue: Queue<Thumbnail>,
    host: HostHandle,
    ready: Ready,
    stop: Stop,
) -> hostkit::Result {
    let listener =
        TcpListener::bind(http.listen).await.map_err(|error| format!("{}: {error}", http.listen))?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    let max_body = usize::try_from(http.max_body.bytes()).unwrap_or(usize::MAX);
    let routes = Router::new()
        .route("/", get(usage))
        .route("/images", post(accept))
        .route("/images/{id}", get(show))
        .route("/queue", get(length))
        .layer(DefaultBodyLimit::max(max_body))
        .with_state(App { http, images, queue, host });
    let served = axum::serve(listener, routes)
        .with_graceful_shutdown(CancellationToken::clone(&stop).cancelled_owned());
    ready.notify();

    let too_long = async {
        stop.requested().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = served.into_future() => served?,
        () = too_long => tracing::warn!("some connections are still open: closing them"),
    }
    Ok(())
}

async fn usage() -> &'static str {
    "POST /images       an image, PNG or JPEG, as the body: answers with its id\n\
     GET  /images/{id}  its thumbnail\n\
     GET  /queue        how many images wait\n"
}

async fn accept(State(app): State<App>, request: Request) -> Response {
    let body = match tokio::time::timeout(UPLOAD_TIMEOUT, Bytes::from_request(request, &app)).await {
        Err(_) => return say(StatusCode::REQUEST_TIMEOUT, "the upload took too long"),
        Ok(Err(rejected)) if rejected.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let most = app.http.max_body;
            return say(rejected.status(), format!("too large: an image may have {most}"));
        }
        Ok(Err(rejected)) => return rejected.into_response(),
        Ok(Ok(body)) => body,
    };
    if body.is_empty() {
        return say(StatusCode::BAD_REQUEST, "the body is empty: send a PNG or a JPEG");
    }
    if shrink::format(&body).is_none() {
        return say(StatusCode::UNSUPPORTED_MEDIA_TYPE, "this is not an image: send a PNG or a JPEG");
    }
    // A task of its own: this one is dropped when the client hangs up, and would leave an image without a job.
    let accepted = tokio::spawn(enqueue(app, body)).await.map_err(io::Error::other).flatten();
    accepted.unwrap_or_else(|error| failed(&error))
}

/// Writes the image first and enqueues then: a worker may start the job before `try_enqueue` returns.
async fn enqueue(app: App, body: Bytes) -> io::Result<Response> {
    let id = ImageId::new();
    let images = app.images.clone();
    off_executor(move || images.keep(id, &body)).await?;
    let (why, later) = match app.queue.try_enqueue(Thumbnail { id }).await {
        Ok(_) => {
            let location = [(header::LOCATION, format!("/images/{id}"))];
            return Ok((StatusCode::ACCEPTED, location, format!("{id}\n")).into_response());
        }
        Err(error) if error.kind() == EnqueueErrorKind::Full => ("too many images wait already", "2"),
        Err(_) => ("this server is stopping", "10"),
    };
    off_executor(move || app.images.forget(id)).await?;
    let later = [(header::RETRY_AFTER, later)];
    Ok((later, say(StatusCode::SERVICE_UNAVAILABLE, why)).into_response())
}

async fn show(State(app): State<App>, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<ImageId>() else {
        return say(StatusCode::NOT_FOUND, "this is not the id of an image");
    };
    let images = app.images.clone();
    match off_executor(move || images.look(id)).await {
        Ok(Look::Made(thumbnail)) => {
            let mime = shrink::format(&thumbnail).map_or("application/octet-stream", |it| it.to_mime_type());
            ([(header::CONTENT_TYPE, mime)], thumbnail).into_response()
        }
        Ok(Look::Waiting) => match app.given_up(id) {
            Some(attempts) => say(StatusCode::GONE, format!("failed after {attempts} attempts: see the log")),
            None => ([(header::RETRY_AFTER, "1")], say(StatusCode::ACCEPTED, "not yet")).into_response(),
        },
        Ok(Look::Broken(why)) => say(StatusCode::UNPROCESSABLE_ENTITY, why),
        Ok(Look::Unknown) => say(StatusCode::NOT_FOUND, "no image has this id"),
        Err(error) => failed(&error),
    }
}

impl App {
    /// After how many attempts, if its job is dead. Its errors tell of our disk, and are not for clients.
    fn given_up(&self, id: ImageId) -> Option<u32> {
        let job = self.images.job(id)?;
        let dead = self.host.queue("thumbnail")?.dead().into_iter().find(|dead| dead.id == job)?;
        Some(dead.attempts)
    }
}

async fn length(State(app): State<App>) -> Response {
    let queue = app.host.queue("thumbnail").map(|queue| queue.stats()).unwrap_or_default();
    Json(json!({
        "waiting": queue.waiting,
        "delayed": queue.delayed,
        "running": queue.running,
        "done": queue.done,
        "dead": queue.dead,
        "capacity": queue.capacity,
    }))
    .into_response()
}

fn say(status: StatusCode, what: impl Display) -> Response {
    (status, format!("{what}\n")).into_response()
}

fn failed(error: &io::Error) -> Response {
    tracing::error!("a request failed: {error}");
    say(StatusCode::INTERNAL_SERVER_ERROR, "internal error: see the log")
}

async fn off_executor<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}
