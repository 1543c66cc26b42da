//! The memory store beside a model of it that is too simple to be wrong: whatever is pushed, claimed and settled in whatever
//! order, both say the same. So nothing is lost, nothing comes twice, and every promise about order holds.
#![cfg(test)]

use std::collections::HashSet;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use proptest::prelude::*;

use super::entry::How;
use super::handle::Enqueued;
use super::store::{New, Store};
use super::{EnqueueError, JobId, Memory, Options};
use crate::clock::{self, Instant};
use crate::failure::Failure;

#[derive(Debug, Clone)]
enum Act {
    Push {
        key: u8,
        priority: i32,
        unique: Option<u8>,
        delay: u64,
    },
    Claim(usize),
    /// The next job of this desk's batch begins and ends in this way.
    Work(usize, End),
    PutBack(usize),
    Leave(usize),
    Pass(u64),
    Revive,
}

#[derive(Debug, Clone, Copy)]
enum End {
    Done,
    Retry(u64),
    Snooze(u64),
    Dead,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let desk = 0usize..3;
    let end = prop_oneof![
        4 => Just(End::Done),
        1 => (0u64..5).prop_map(End::Retry),
        1 => (0u64..5).prop_map(End::Snooze),
        1 => Just(End::Dead),
    ];
    let push =
        (0u8..3, -1i32..2, proptest::option::weighted(0.3, 0u8..4), prop_oneof![3 => Just(0), 1 => 1u64..5]);
    let act = prop_oneof![
        6 => push.prop_map(|(key, priority, unique, delay)| Act::Push { key, priority, unique, delay }),
        4 => desk.clone().prop_map(Act::Claim),
        8 => (desk.clone(), end).prop_map(|(desk, end)| Act::Work(desk, end)),
        1 => desk.clone().prop_map(Act::PutBack),
        1 => desk.prop_map(Act::Leave),
        2 => (1u64..5).prop_map(Act::Pass),
        1 => Just(Act::Revive),
    ];
    proptest::collection::vec(act, 1..120)
}

/// A job, as the model knows it.
#[derive(Debug, Clone, PartialEq)]
struct Known {
    id: u64,
    key: u8,
    priority: i32,
    unique: Option<u8>,
    place: bool,
    held: bool,
}

#[derive(Default)]
struct Model {
    /// Whether jobs have keys; without, most of them are plain, and come in by the inbox.
    keyed: bool,
    ready: Vec<Known>,
    later: Vec<(Instant, Known)>,
    behind: Vec<Known>,
    held: HashSet<u8>,
    unique: HashSet<u8>,
    dead: Vec<Known>,
    desks: [Vec<Known>; 3],
    done: u64,
    last: u64,
}

impl Model {
    fn arrive(&mut self, mut known: Known) {
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

    fn pop(&mut self) -> Known {
        let best = self.ready.iter().map(|known| known.priority).max().unwrap();
        let at = self.ready.iter().position(|known| known.priority == best).unwrap();
        self.ready.remove(at)
    }

    fn release(&mut self, known: &Known) {
        known.unique.map(|unique| self.unique.remove(&unique));
        if !self.keyed {
            return;
        }
        match self.behind.iter().position(|other| other.key == known.key) {
            Some(at) => {
                let next = Known { held: true, ..self.behind.remove(at) };
                self.ready.push(next);
            }
            None => assert!(self.held.remove(&known.key)),
        }
    }

    fn put_back(&mut self, desk: usize) {
        for known in std::mem::take(&mut self.desks[desk]).into_iter().rev() {
            self.ready.insert(0, known);
        }
    }

    fn places(&self) -> usize {
        let waiting = self.ready.iter().chain(&self.behind).chain(self.later.iter().map(|(_, known)| known));
        waiting.chain(self.desks.iter().flatten()).filter(|known| known.place).count()
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

fn play(acts: Vec<Act>, keyed: bool) {
    let store = Memory::<Item>::new(Options {
        workers: 3,
        capacity: CAPACITY,
        rate: None,
        key: keyed.then(|| Box::new(|(key, _): &Item| key.to_string()) as _),
    });
    let mut model = Model { keyed, ..Model::default() };
    let mut desks = [0, 1, 2].map(|number| store.desk(number, false));
    let mut pushed = 0;
    for act in acts {
        let now = clock::now();
        match act {
            Act::Push { key, priority, unique, delay } => {
                let job = (key, pushed);
                let delay = Duration::from_millis(delay);
                let told = unique.map(|unique| unique.to_string());
                let new = New { delay, unique: told, priority, ..New::of(job) };
                match once(store.push(new, false)).expect("it does not wait") {
                    Ok(Enqueued::Inserted(JobId(id))) => {
                        assert!(model.places() < CAPACITY && id == model.last + 1);
                        assert!(unique.is_none_or(|unique| model.unique.insert(unique)));
                        model.last = id;
                        let known = Known { id, key, priority, unique, place: true, held: false };
                        match delay.is_zero() {
                            true => model.arrive(known),
                            false => model.later.push((now + delay, known)),
                        }
                    }
                    Ok(Enqueued::Duplicate(_)) => assert!(model.unique.contains(&unique.unwrap())),
                    Err(EnqueueError::Full(back)) => assert_eq!((back, model.places()), (job, CAPACITY)),
                    Err(EnqueueError::Closed(_)) => panic!("it is open"),
                }
                pushed += 1;
            }
            Act::Claim(desk) if model.desks[desk].is_empty() => {
                let claimed = once(store.claim(&mut desks[desk])).is_some();
                model.promote(now);
                assert_eq!(claimed, !model.ready.is_empty(), "{:?}", model.ready);
                let ids: Vec<u64> = desks[desk].batch.iter().map(|waiting| waiting.head.id.0).collect();
                assert!(!claimed || !ids.is_empty());
                for id in ids {
                    let known = model.pop();
                    assert_eq!(known.id, id);
                    model.desks[desk].push(known);
                }
            }
            Act::Claim(_) => {}
            Act::Work(desk, end) if !model.desks[desk].is_empty() => {
                let known = Known { place: false, ..model.desks[desk].remove(0) };
                let id = desks[desk].next().expect("what the model has").head.id.0;
                let job: Item = desks[desk].begin().expect("the same");
                assert_eq!((id, job.0), (known.id, known.key));
                let failure = || Failure::said("no");
                let how = match end {
                    End::Done => {
                        model.release(&known);
                        model.done += 1;
                        How::Done
                    }
                    End::Retry(wait) | End::Snooze(wait) => {
                        let after = Duration::from_millis(wait);
                        model.later.push((now + after, known));
                        match end {
                            End::Retry(_) => How::Retry { job, after, failure: failure() },
                            _ => How::Snooze { job, after },
                        }
                    }
                    End::Dead => {
                        model.release(&known);
                        model.dead.push(Known { held: false, ..known });
                        How::Dead { job: Some(job), failure: failure() }
                    }
                };
                desks[desk].end(how);
                // Settled at once, so that the model need not know of what a desk holds back.
                let rest = std::mem::take(&mut desks[desk].batch);
                store.settle(&mut desks[desk]);
                desks[desk].batch = rest;
                desks[desk].is_quick(); // it took no time
            }
            Act::Work(..) => {}
            Act::PutBack(desk) => {
                store.settle(&mut desks[desk]);
                model.put_back(desk);
            }
            Act::Leave(desk) => {
                store.leave(&mut desks[desk]);
                model.put_back(desk);
                desks[desk] = store.desk(desk, false);
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
        }
        let stats = crate::locked::locked(&store.line).stats(&store.inbox, clock::now());
        let running: usize = model.desks.iter().map(Vec::len).sum();
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
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn the_store_does_as_its_model(acts in acts(), keyed in any::<bool>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async { tokio::task::unconstrained(async { play(acts, keyed) }).await });
    }
}
