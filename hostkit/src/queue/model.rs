//! The source in memory beside a model of it that is too simple to be wrong: whatever is pushed, claimed and completed in whatever
//! order, both say the same. So nothing is lost, nothing comes twice, every promise about order holds, and no producer waits
//! while there is room.
#![cfg(test)]

use std::collections::HashSet;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use proptest::prelude::*;

use super::bucket::{Bucket, Rate};
use super::handle::Enqueued;
use super::job_source::{JobSource, NewJob};
use super::{Batch, Disposition, EnqueueError, JobId, MemorySource, QueueOptions};
use crate::outcome::failure::Failure;
use crate::outcome::stopped_mark::HostId;
use crate::time::clock::{self, Instant};

#[derive(Debug, Clone)]
enum Act {
    Push {
        key: u8,
        priority: i32,
        unique: Option<u8>,
        delay: u64,
        /// Waits for room, where there is none.
        wait: bool,
    },
    /// So many plain jobs at once, waiting for room.
    Bulk(usize),
    /// This producer, if it waits, does so no more.
    GiveUp(usize),
    Claim(usize),
    /// The next job of this worker's batch begins and ends in this way.
    Work(usize, End),
    /// So many jobs of this worker's batch are done before that is told.
    Burst(usize, usize),
    PutBack(usize),
    Leave(usize),
    Pass(u64),
    Revive,
    Pause(bool),
    Workers(usize),
}

#[derive(Debug, Clone, Copy)]
enum End {
    Done,
    Retry(u64),
    Snooze(u64),
    Dead,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let worker = 0usize..3;
    let end = prop_oneof![
        4 => Just(End::Done),
        1 => (0u64..5).prop_map(End::Retry),
        1 => (0u64..5).prop_map(End::Snooze),
        1 => Just(End::Dead),
    ];
    let unique = proptest::option::weighted(0.3, 0u8..4);
    let delay = prop_oneof![3 => Just(0), 1 => 1u64..5];
    let push = (0u8..3, -1i32..2, unique, delay, any::<bool>());
    let push = push.prop_map(|(key, priority, unique, delay, wait)| Act::Push {
        key,
        priority,
        unique,
        delay,
        wait,
    });
    let act = prop_oneof![
        6 => push,
        2 => (0usize..10).prop_map(Act::Bulk),
        1 => (0usize..5).prop_map(Act::GiveUp),
        4 => worker.clone().prop_map(Act::Claim),
        8 => (worker.clone(), end).prop_map(|(worker, end)| Act::Work(worker, end)),
        2 => (worker.clone(), 1usize..5).prop_map(|(worker, most)| Act::Burst(worker, most)),
        1 => worker.clone().prop_map(Act::PutBack),
        1 => worker.prop_map(Act::Leave),
        2 => (1u64..5).prop_map(Act::Pass),
        1 => Just(Act::Revive),
        1 => any::<bool>().prop_map(Act::Pause),
        1 => (1usize..4).prop_map(Act::Workers),
    ];
    proptest::collection::vec(act, 1..120)
}

/// A job, as the model knows it.
#[derive(Debug, Clone, PartialEq)]
struct ModelJobs {
    id: u64,
    key: u8,
    priority: i32,
    unique: Option<u8>,
    place: bool,
    held: bool,
}

struct Model {
    /// Whether jobs have keys.
    keyed: bool,
    ready: Vec<ModelJobs>,
    later: Vec<(Instant, ModelJobs)>,
    behind: Vec<ModelJobs>,
    held: HashSet<u8>,
    unique: HashSet<u8>,
    dead: Vec<ModelJobs>,
    batches: [Vec<ModelJobs>; 3],
    done: u64,
    last: u64,
    bucket: Option<Bucket>,
    paused: bool,
    workers: usize,
    /// Places that nobody has; and who waits for one, in order.
    free: usize,
    waits: Vec<Producer>,
}

/// Who waits for room, in the model: a place is its own before it knows.
struct Producer {
    number: u64,
    has: bool,
    wants: Wanted,
}

enum Wanted {
    One {
        job: Item,
        priority: i32,
        unique: Option<u8>,
        delay: Duration,
    },
    /// What is left of them, and the ids of those that are in.
    Many(Vec<Item>, Vec<JobId>),
}

/// How that ends.
#[derive(Debug, PartialEq)]
enum Came {
    One(Enqueued),
    Many(Vec<JobId>),
}

impl Model {
    fn arrive(&mut self, mut known: ModelJobs) {
        if !self.keyed || known.held || self.held.insert(known.key) {
            known.held = self.keyed;
            self.ready.push(known);
        } else {
            self.behind.push(known);
        }
    }

    fn promote(&mut self, now: Instant) {
        self.later.sort_by_key(|(at, _)| *at); // stable
        while self.later.first().is_some_and(|(at, _)| *at <= now) {
            let (_, known) = self.later.remove(0);
            self.arrive(known);
        }
    }

    fn pop(&mut self) -> ModelJobs {
        let best = self.ready.iter().map(|known| known.priority).max().unwrap();
        let at = self.ready.iter().position(|known| known.priority == best).unwrap();
        self.ready.remove(at)
    }

    fn release(&mut self, known: &ModelJobs) {
        known.unique.map(|unique| self.unique.remove(&unique));
        if !self.keyed {
            return;
        }
        match self.behind.iter().position(|other| other.key == known.key) {
            Some(at) => {
                let next = ModelJobs { held: true, ..self.behind.remove(at) };
                self.ready.push(next);
            }
            None => assert!(self.held.remove(&known.key)),
        }
    }

    fn put_back(&mut self, worker: usize) {
        if let Some(bucket) = &mut self.bucket {
            bucket.give_back(self.batches[worker].len());
        }
        for known in std::mem::take(&mut self.batches[worker]).into_iter().rev() {
            self.ready.insert(0, known);
        }
    }

    /// Whoever waits longest has the next place; what nobody waits for is free.
    fn give(&mut self, count: usize) {
        self.free += count;
        for producer in self.waits.iter_mut().filter(|producer| !producer.has) {
            if self.free == 0 {
                return;
            }
            (producer.has, self.free) = (true, self.free - 1);
        }
    }

    fn accept(&mut self, job: Item, priority: i32, unique: Option<u8>, delay: Duration) -> Option<JobId> {
        self.last += 1; // an id, even if it turns out to be a duplicate
        if unique.is_some_and(|unique| !self.unique.insert(unique)) {
            return None;
        }
        let known = ModelJobs { id: self.last, key: job.0, priority, unique, place: true, held: false };
        match delay.is_zero() {
            true => self.arrive(known),
            false => self.later.push((clock::now() + delay, known)),
        }
        Some(JobId(self.last))
    }

    /// The first producer that has a place goes on: what becomes of it, unless it waits again, behind all others.
    fn go_on(&mut self) -> Option<(u64, Option<Came>)> {
        let at = self.waits.iter().position(|producer| producer.has)?;
        let mut producer = self.waits.remove(at);
        let number = producer.number;
        let came = match &mut producer.wants {
            Wanted::One { job, priority, unique, delay } => {
                match self.accept(*job, *priority, *unique, *delay) {
                    Some(id) => Some(Came::One(Enqueued::Inserted(id))),
                    None => {
                        self.give(1);
                        Some(Came::One(Enqueued::Duplicate(JobId(0))))
                    }
                }
            }
            Wanted::Many(jobs, ids) => {
                let count = jobs.len().min(1 + self.free);
                self.free -= count - 1;
                for job in jobs.drain(..count) {
                    ids.extend(self.accept(job, 0, None, Duration::ZERO));
                }
                jobs.is_empty().then(|| Came::Many(std::mem::take(ids)))
            }
        };
        if came.is_none() {
            producer.has = false;
            self.waits.push(producer);
        }
        Some((number, came))
    }

    fn places(&self) -> usize {
        let waiting = self.ready.iter().chain(&self.behind).chain(self.later.iter().map(|(_, known)| known));
        waiting.chain(self.batches.iter().flatten()).filter(|known| known.place).count()
    }
}

fn once<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// What a job is, so that it can be known by itself.
type Item = (u8, u64);

const CAPACITY: usize = 6;

type ModelWaiting<'a> = Pin<Box<dyn Future<Output = Result<Came, Vec<Item>>> + 'a>>;

fn poll<T>(future: &mut Pin<Box<dyn Future<Output = T> + '_>>) -> Poll<T> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// Its duplicate is any that there is: the model knows no ids of them.
fn came(enqueued: Enqueued) -> Came {
    match enqueued {
        Enqueued::Duplicate(_) => Came::One(Enqueued::Duplicate(JobId(0))),
        inserted => Came::One(inserted),
    }
}

/// Whoever has a place now goes on, in the store and in the model.
fn go_on(model: &mut Model, waiting: &mut Vec<(u64, ModelWaiting<'_>)>) {
    while let Some((number, expected)) = model.go_on() {
        let at = waiting.iter().position(|(known, _)| *known == number).unwrap();
        let (_, mut future) = waiting.remove(at);
        // Again, should it have let others run in between: the machine may be slow.
        let polled = (0..3).map(|_| poll(&mut future)).find(Poll::is_ready);
        match (polled, expected) {
            (Some(Poll::Ready(came)), Some(expected)) => assert_eq!(came, Ok(expected)),
            (None, None) => waiting.push((number, future)),
            (polled, expected) => panic!("{polled:?}, not {expected:?}"),
        }
    }
    for (number, future) in waiting.iter_mut() {
        assert!(poll(future).is_pending(), "{number} has no place");
    }
}

fn play(acts: Vec<Act>, keyed: bool, rate: Option<u32>) {
    let rate = rate.map(|count| Rate::new(count, Duration::from_millis(5)));
    let store = MemorySource::<Item>::new(QueueOptions {
        workers: 3,
        capacity: CAPACITY,
        rate,
        key: keyed.then(|| Box::new(|(key, _): &Item| key.to_string()) as _),
    });
    let mut model = Model {
        keyed,
        bucket: rate.map(|rate| Bucket::full(rate, clock::now())),
        workers: 3,
        free: CAPACITY,
        ready: Vec::new(),
        later: Vec::new(),
        behind: Vec::new(),
        held: HashSet::new(),
        unique: HashSet::new(),
        dead: Vec::new(),
        batches: Default::default(),
        done: 0,
        last: 0,
        paused: false,
        waits: Vec::new(),
    };
    let mut batches = [0, 1, 2].map(|number| Batch::new(number, false));
    let mut waiting: Vec<(u64, ModelWaiting<'_>)> = Vec::new();
    let mut pushed = 0;
    for act in acts {
        let now = clock::now();
        match act {
            Act::Push { key, priority, unique, delay, wait } => {
                let job = (key, pushed);
                let delay = Duration::from_millis(delay);
                let told = unique.map(|unique| unique.to_string());
                let new = NewJob { delay, unique: told, priority, ..NewJob::new(job) };
                let known = unique.is_some_and(|unique| model.unique.contains(&unique));
                let (store, room) = (&store, model.free > 0);
                let mut future: ModelWaiting<'_> = Box::pin(async move {
                    match store.push(new, wait).await {
                        Ok(enqueued) => Ok(came(enqueued)),
                        Err(error) => Err(vec![error.into_job()]),
                    }
                });
                match poll(&mut future) {
                    Poll::Ready(Ok(Came::One(Enqueued::Duplicate(_)))) => assert!(known),
                    Poll::Ready(Ok(came)) => {
                        assert!(room && !known);
                        model.free -= 1;
                        let id = model.accept(job, priority, unique, delay).unwrap();
                        assert_eq!(came, Came::One(Enqueued::Inserted(id)));
                    }
                    Poll::Ready(Err(back)) => {
                        assert_eq!((back, room, known, wait), (vec![job], false, false, false))
                    }
                    Poll::Pending => {
                        assert!(wait && !room && !known);
                        let wants = Wanted::One { job, priority, unique, delay };
                        model.waits.push(Producer { number: pushed, has: false, wants });
                        waiting.push((pushed, future));
                    }
                }
                pushed += 1;
            }
            Act::Bulk(count) => {
                let jobs: Vec<Item> = (0..count).map(|at| ((at % 3) as u8, pushed)).collect();
                let (store, made) = (&store, jobs.clone());
                let future: ModelWaiting<'_> = Box::pin(async move {
                    let ids = store.push_all(made.into_iter()).await;
                    ids.map(Came::Many).map_err(EnqueueError::into_job)
                });
                // To the model it comes as all do that wait, and has a place at once where there is one.
                let has = model.free > 0 || count == 0;
                let mut future = future;
                if count == 0 {
                    assert_eq!(poll(&mut future), Poll::Ready(Ok(Came::Many(vec![]))));
                } else {
                    model.free -= usize::from(has);
                    model.waits.push(Producer { number: pushed, has, wants: Wanted::Many(jobs, Vec::new()) });
                    if !has {
                        assert!(poll(&mut future).is_pending());
                    }
                    waiting.push((pushed, future));
                }
                pushed += 1;
            }
            Act::GiveUp(which) if which < waiting.len() => {
                let (number, future) = waiting.remove(which);
                drop(future);
                model.waits.retain(|producer| producer.number != number);
            }
            Act::GiveUp(_) => {}
            Act::Claim(worker) if model.batches[worker].is_empty() => {
                let claimed = once(batches[worker].claim(&store));
                model.promote(now);
                let tokens = model.bucket.as_ref().map_or(usize::MAX, |bucket| bucket.tokens(now));
                let expected = match worker < model.workers {
                    true => (!model.paused && !model.ready.is_empty() && tokens > 0).then_some(true),
                    false => Some(false),
                };
                assert_eq!(claimed, expected, "{:?}", model.ready);
                let ids: Vec<u64> = batches[worker].jobs.iter().map(|waiting| waiting.meta.id.0).collect();
                assert_eq!(ids.is_empty(), claimed != Some(true));
                assert!(ids.len() <= tokens);
                if let Some(bucket) = &mut model.bucket {
                    bucket.take(ids.len(), now);
                }
                for id in ids {
                    let known = model.pop();
                    assert_eq!(known.id, id);
                    model.batches[worker].push(known);
                }
            }
            Act::Claim(_) => {}
            Act::Work(worker, end) if !model.batches[worker].is_empty() => {
                let known = model.batches[worker].remove(0);
                let (freed, known) = (usize::from(known.place), ModelJobs { place: false, ..known });
                let id = batches[worker].next().expect("what the model has").meta.id.0;
                let job: Item = batches[worker].begin().expect("the same");
                assert_eq!((id, job.0), (known.id, known.key));
                let failure = || Failure::said("no");
                let disposition = match end {
                    End::Done => {
                        model.release(&known);
                        model.done += 1;
                        Disposition::Done
                    }
                    End::Retry(wait) | End::Snooze(wait) => {
                        let after = Duration::from_millis(wait);
                        model.later.push((now + after, known));
                        match end {
                            End::Retry(_) => Disposition::Retry { job, after, failure: failure() },
                            _ => Disposition::Snooze { job, after },
                        }
                    }
                    End::Dead => {
                        model.release(&known);
                        model.dead.push(ModelJobs { held: false, ..known });
                        Disposition::Dead { job: Some(job), failure: failure() }
                    }
                };
                batches[worker].end(disposition);
                report(&store, &mut batches[worker]);
                model.give(freed);
            }
            Act::Work(..) => {}
            Act::Burst(worker, most) => {
                let count = most.min(model.batches[worker].len());
                let done: Vec<ModelJobs> = model.batches[worker].drain(..count).collect();
                for known in &done {
                    assert_eq!(batches[worker].next().map(|waiting| waiting.meta.id.0), Some(known.id));
                    batches[worker].begin();
                    batches[worker].done();
                    model.release(known);
                }
                model.done += count as u64;
                report(&store, &mut batches[worker]);
                model.give(done.iter().filter(|known| known.place).count());
            }
            Act::PutBack(worker) => {
                batches[worker].release(&store);
                model.put_back(worker);
            }
            Act::Leave(worker) => {
                batches[worker].leave(&store);
                model.put_back(worker);
                batches[worker] = Batch::new(worker, false);
            }
            Act::Pass(millis) => {
                let _ = once(tokio::time::advance(Duration::from_millis(millis)));
            }
            Act::Revive => {
                let mut stay = Vec::new();
                let mut came = 0;
                for known in std::mem::take(&mut model.dead) {
                    if known.unique.is_none_or(|unique| model.unique.insert(unique)) {
                        came += 1;
                        model.arrive(known);
                    } else {
                        stay.push(known);
                    }
                }
                model.dead = stay;
                assert_eq!(store.revive(None), came);
            }
            Act::Pause(paused) => {
                model.paused = paused;
                store.pause(paused.then(|| "the model says so".into()));
            }
            Act::Workers(workers) => {
                model.workers = workers;
                store.set_workers(workers);
            }
        }
        go_on(&mut model, &mut waiting);
        assert_eq!(model.places() + model.free, CAPACITY);
        assert!(model.free == 0 || waiting.is_empty(), "nobody waits while there is room");
        let stats = crate::sync::lock::lock_unpoisoned(&store.state).stats(clock::now());
        let running: usize = model.batches.iter().map(Vec::len).sum();
        assert_eq!(
            (stats.waiting, stats.delayed, stats.running, stats.dead, stats.done),
            (
                model.ready.len() + model.behind.len(),
                model.later.len(),
                running,
                model.dead.len(),
                model.done
            )
        );
    }
    store.close(HostId::default());
    for (number, mut future) in waiting {
        let producer = model.waits.iter().find(|producer| producer.number == number).unwrap();
        let back = match &producer.wants {
            Wanted::One { job, .. } => vec![*job],
            Wanted::Many(jobs, _) => jobs.clone(),
        };
        assert_eq!(poll(&mut future), Poll::Ready(Err(back)));
    }
}

/// Reports at once, so that the model need not know of what a batch holds back.
fn report(store: &MemorySource<Item>, batch: &mut Batch<Item>) {
    store.complete(&mut batch.report);
    batch.is_quick(); // it took no time
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn the_store_does_as_its_model(acts in acts(), keyed in any::<bool>(), rate in proptest::option::weighted(0.3, 1u32..4)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async { tokio::task::unconstrained(async { play(acts, keyed, rate) }).await });
    }
}
