//! Whatever a crate calls its own things, generated code means those of `core` and of hostkit.

#![deny(warnings)]
#![no_implicit_prelude]
#![allow(non_upper_case_globals, non_camel_case_types, dead_code, unused_macros, reason = "these names are what others call theirs")]

extern crate hostkit as other_name;

use ::hostkit::prelude::{Dep, Queue, Stop, Tasks, config, hosted_service, on, provides, queued, timed};

mod core {}
mod std {}
mod hostkit {}
mod alloc {}
mod __private {}

struct Some;
struct None;
struct Ok;
struct Err;
struct Result;
struct Option;
struct Box;
struct String;
struct Vec;
struct Default;
struct Arc;
struct Duration;
struct Value;
struct Shared;
struct Returned;
struct Blueprint;
struct Origin;
struct Registration;
struct Site;
struct Send;
struct Sync;
struct Fn;
struct FnOnce;
struct Future;
struct Into;
struct From;
struct Display;
struct Hosted;
struct Timed;
struct Queued;
struct Work;
struct JobWork;
struct Every;
struct Backoff;
struct Moment;
struct Section;

static job: () = ();
static origin: () = ();
static blueprint: () = ();
static scope: () = ();
static result: () = ();
static kept: () = ();
static service: () = ();
static value: () = ();
static call: () = ();
static told: () = ();
static p0: () = ();
static a0: () = ();
const stop: () = ();
const needs: () = ();
const host: () = ();
const new: () = ();

macro_rules! submit {
    () => {};
}
macro_rules! env {
    () => {};
}
macro_rules! file {
    () => {};
}

#[derive(::core::clone::Clone)]
struct Plain {
    r#type: u32,
    r#gen: (u32, u32),
}

#[queued(in_memory, retries = 3, key = "type", backoff = "1s..2s", rate = "5/s", group = "g", timeout = "5s")]
async fn in_memory(_: Plain, _tasks: Tasks) {}

#[queued(in_memory, retries = 0, key = "r#type", after = "in_memory")]
async fn once(_: Plain2) {}

struct Plain2;
impl ::core::ops::Deref for Plain2 {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &Inner { r#type: 1 }
    }
}
struct Inner {
    r#type: u32,
}

#[queued(in_memory, key = "gen.1")]
fn on_a_thread(_: Plain3, _queue: Queue<Plain>) {}

#[derive(::core::clone::Clone)]
struct Plain3 {
    r#gen: (u32, u32),
}

#[hosted_service(on_failure = "restart", backoff = "1s..2s", enabled = true, stop_timeout = "1s")]
async fn poller(_: Stop, _own: Dep<Feed>) -> ::hostkit::Result {
    ::core::result::Result::Ok(())
}

#[hosted_service]
fn r#loop(r#type: Stop, r#in: Tasks) {
    let _ = (r#type, r#in);
}

#[hosted_service]
async fn never() -> ! {
    ::core::future::pending().await
}

#[timed(every = "1s", overlap = "skip", jitter = "10ms", missed = "all")]
async fn r#match() {}

#[timed(cron = "0 0 * * *", tz = "UTC")]
fn r#if() {}

#[on(started)]
async fn scope_() {}

struct Feed;

impl Feed {
    async fn close(&self) {}
}

#[provides(close = Feed::close, close_timeout = "1s")]
async fn feed(_other: Dep<u8>) -> ::hostkit::Result<Feed> {
    ::core::result::Result::Ok(Feed)
}

#[provides(scope = "run")]
fn number() -> u8 {
    1
}

struct Pump;

#[hosted_service(group = "g")]
impl Pump {
    async fn new(_stop: Stop) -> Self {
        Pump
    }
    fn start(&mut self, _tasks: Tasks) {}
    async fn run(&mut self, r#try: Stop) {
        let _ = r#try;
    }
    async fn stop(&mut self) -> ::hostkit::Result {
        ::core::result::Result::Ok(())
    }
}

#[config("http", validate)]
#[derive(::serde::Deserialize)]
struct Http {
    r#type: u32,
}

impl Http {
    fn validate(&self) -> ::core::result::Result<(), &'static str> {
        ::core::result::Result::Ok(())
    }
}

fn main() {}
