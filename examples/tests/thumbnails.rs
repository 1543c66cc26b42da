//! The main example as its users meet it: real requests to a real process, and the same process told to stop, or killed.

mod program;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use image::{ImageFormat, ImageReader};
use program::{PATIENCE, Program};
use rustix::process::Signal;
use ureq::Agent;
use ureq::http::Response;

fn sample(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin/thumbnails/samples").join(name);
    fs::read(path).expect("the sample is there")
}

/// The server in a directory of its own, on a port that the system chose.
struct Server {
    program: Program,
    address: String,
    agent: Agent,
}

struct Answer {
    code: u16,
    location: String,
    retry_after: bool,
    body: Vec<u8>,
}

impl Server {
    fn start(directory: &Path, sets: &[&str]) -> Self {
        let sets = sets.iter().chain(&["http.listen=127.0.0.1:0"]);
        let words: Vec<&str> = sets.flat_map(|set| ["--set", set]).collect();
        let mut program = Program::with(env!("CARGO_BIN_EXE_thumbnails"), directory, &[], &words);
        let line = program.says("listening on http://");
        let address = line.rsplit(' ').next().expect("the address is its last word").to_owned();
        let config =
            Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build();
        Server { program, address, agent: config.into() }
    }

    fn post(&self, image: &[u8]) -> Answer {
        answer(self.agent.post(format!("{}/images", self.address)).send(image).expect("it answers"))
    }

    fn get(&self, path: &str) -> Answer {
        answer(self.agent.get(format!("{}{path}", self.address)).call().expect("it answers"))
    }

    /// Posts an image that is accepted, and returns where its thumbnail will be.
    #[track_caller]
    fn accepted(&self, image: &[u8]) -> String {
        let answer = self.post(image);
        assert_eq!(answer.code, 202, "{}", answer.text());
        assert_eq!(answer.location, format!("/images/{}", answer.text().trim()));
        answer.location
    }

    /// What there is in the end.
    #[track_caller]
    fn made(&self, path: &str) -> Answer {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let answer = self.get(path);
            if answer.code != 202 {
                return answer;
            }
            assert!(answer.retry_after && Instant::now() < deadline, "{}", answer.text());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn answer(mut response: Response<ureq::Body>) -> Answer {
    let header =
        |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Answer {
        code: response.status().as_u16(),
        location: header("location").unwrap_or_default(),
        retry_after: header("retry-after").is_some(),
        body: response.body_mut().read_to_vec().expect("it answers in full"),
    }
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Its format and its size, if it is an image.
    #[track_caller]
    fn image(&self) -> (ImageFormat, (u32, u32)) {
        looked_at(&self.body)
    }
}

#[track_caller]
fn looked_at(image: &[u8]) -> (ImageFormat, (u32, u32)) {
    let reader =
        ImageReader::new(std::io::Cursor::new(image)).with_guessed_format().expect("it is in memory");
    let format = reader.format().expect("it is an image");
    let image = reader.decode().expect("a whole one");
    (format, (image.width(), image.height()))
}

fn here() -> tempfile::TempDir {
    tempfile::tempdir().expect("a directory of its own")
}

/// The files in one of the store's folders.
fn kept(directory: &Path, folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory.join("thumbnails").join(folder)).expect("the folder is there");
    entries.map(|entry| entry.expect("it can be read").path()).collect()
}

/// Its levels together need no more time than the host has to stop.
#[test]
fn its_plan_has_nothing_to_warn_of() {
    let directory = here();
    let mut check = Command::new(env!("CARGO_BIN_EXE_thumbnails"));
    let ended = check.arg("check").current_dir(directory.path()).output().expect("it runs");
    assert!(ended.status.success() && ended.stderr.is_empty(), "{}", String::from_utf8_lossy(&ended.stderr));
}

#[test]
fn an_image_becomes_a_thumbnail_of_its_format_and_shape() {
    let directory = here();
    let server = Server::start(directory.path(), &[]);
    for (name, format, size) in [
        ("sunset.png", ImageFormat::Png, (256, 171)),
        ("hills.jpg", ImageFormat::Jpeg, (192, 256)),
        ("ball.png", ImageFormat::Png, (256, 256)),
    ] {
        let made = server.made(&server.accepted(&sample(name)));
        assert_eq!((made.code, made.image()), (200, (format, size)), "{name}");
    }
    let queue: serde_json::Value = serde_json::from_slice(&server.get("/queue").body).expect("it is JSON");
    assert_eq!((queue["waiting"].as_u64(), queue["done"].as_u64()), (Some(0), Some(3)), "{queue}");
    let (code, log) = server.program.stops();
    assert_eq!(code, Some(0), "{log}");
}

#[test]
fn what_is_no_image_too_large_or_unknown_is_told_so() {
    let directory = here();
    let server = Server::start(directory.path(), &["http.max_body=40kB", "images.max_decoded=2MB"]);
    for (image, code, told) in [
        (&b""[..], 400, "the body is empty"),
        (b"#!/bin/sh\n", 415, "send a PNG or a JPEG"),
        (&[0x89, b'P', b'N', b'G', 13, 10, 26, 10].repeat(10_000), 413, "an image may have 40kB"),
    ] {
        let answer = server.post(image);
        assert_eq!(answer.code, code, "{}", answer.text());
        assert!(answer.text().contains(told), "{}", answer.text());
    }
    // Half of an image, and one that is larger in memory than it may be: accepted, and then found to be broken.
    for name in ["broken.png", "sunset.png"] {
        let broken = server.made(&server.accepted(&sample(name)));
        assert_eq!(broken.code, 422, "{name}: {}", broken.text());
    }
    let zeros = "0".repeat(32);
    for path in [&format!("/images/{zeros}"), "/images/x", "/images/..%2f..%2fetc%2fpasswd", "/images/", "/x"]
    {
        assert_eq!(server.get(path).code, 404, "{path}");
    }
    let (code, log) = server.program.stops();
    assert_eq!(code, Some(0), "{log}");
}

#[test]
fn a_full_queue_says_when_to_come_again_and_keeps_nothing() {
    let directory = here();
    let server =
        Server::start(directory.path(), &["services.thumbnail.workers=1", "services.thumbnail.capacity=1"]);
    let image = sample("sunset.png");
    let answers: Vec<Answer> = (0..200).map(|_| server.post(&image)).collect();
    let (accepted, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.code == 202);
    assert!(!accepted.is_empty() && !refused.is_empty(), "{} were accepted", accepted.len());
    assert!(refused.iter().all(|answer| answer.code == 503 && answer.retry_after));
    accepted.iter().for_each(|answer| assert_eq!(server.made(&answer.location).code, 200));
    let (code, log) = server.program.stops();
    assert_eq!(code, Some(0), "{log}");
    assert_eq!(
        (kept(directory.path(), "made").len(), kept(directory.path(), "waiting").len()),
        (accepted.len(), 0)
    );
}

#[test]
fn told_to_stop_it_makes_all_that_it_accepted() {
    let directory = here();
    let server = Server::start(directory.path(), &["services.thumbnail.workers=1"]);
    let image = sample("sunset.png");
    let accepted: Vec<String> = (0..30).map(|_| server.accepted(&image)).collect();
    let (code, log) = server.program.stops();
    assert_eq!(code, Some(0), "{log}");
    let made = kept(directory.path(), "made");
    assert_eq!((made.len(), kept(directory.path(), "waiting").len()), (accepted.len(), 0), "{log}");
    for path in made {
        assert_eq!(looked_at(&fs::read(path).expect("it is there")).1, (256, 171));
    }
}

#[test]
fn killed_it_goes_on_where_it_was() {
    let directory = here();
    let server = Server::start(directory.path(), &["services.thumbnail.workers=1"]);
    let image = sample("sunset.png");
    let accepted: Vec<String> = (0..20).map(|_| server.accepted(&image)).collect();
    server.program.signal(Signal::KILL);
    assert_eq!(server.program.ends().0, None, "killed");
    let server = Server::start(directory.path(), &[]);
    accepted.iter().for_each(|path| assert_eq!(server.made(path).code, 200, "{path}"));
    assert_eq!(server.program.stops().0, Some(0));
}

/// The disk is at fault and not the image, so it stays: what a person mends, the next start makes good.
#[test]
fn a_dead_job_is_told_and_made_by_the_next_start() {
    let directory = here();
    let sets = ["services.thumbnail.retries=1", "services.thumbnail.backoff=10ms..20ms"];
    let server = Server::start(directory.path(), &sets);
    let folder = directory.path().join("thumbnails/made");
    fs::remove_dir(&folder).expect("it is empty");
    fs::write(&folder, "a file where a folder should be").expect("it is in the way");
    let path = server.accepted(&sample("ball.png"));
    let dead = server.made(&path);
    assert_eq!(dead.code, 410, "{}", dead.text());
    assert_eq!(dead.text(), "failed after 2 attempts: see the log\n");
    let (code, log) = server.program.stops();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains(&folder.display().to_string()), "{log}");
    assert_eq!(kept(directory.path(), "waiting").len(), 1, "{log}");

    fs::remove_file(&folder).expect("somebody mends it");
    let server = Server::start(directory.path(), &[]);
    assert_eq!(server.made(&path).code, 200);
    assert_eq!(server.program.stops().0, Some(0));
}
