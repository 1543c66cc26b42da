//! Raw workers on an mpsc and hostkit's queue in turn: jobs a second, latency from enqueue to start, bytes per waiting job.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hostkit::Host;
use hostkit::builder::{Queued, RunningHost};
use hostkit::queue::Queue;
use hostkit_bench::{resident, runtime};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

const JOBS: usize = 1_000_000;
const CAPACITY: usize = 1024;
const ROUNDS: usize = 5;

#[derive(Clone, Serialize, Deserialize)]
struct Item {
    number: u64,
    text: String,
}

impl Item {
    fn new(number: u64) -> Self {
        Item { number, text: "0123456789abcdef0123456789abcdef".to_owned() }
    }
}

/// What is done with each, by all contenders.
#[inline]
fn handle(item: Item) {
    black_box(&item);
}

/// What a queue keeps of a job for its next attempt.
#[derive(Clone, Copy, PartialEq)]
enum Copies {
    Encoded,
    Cloned,
    /// Nothing: a job has one attempt.
    None,
}

fn main() {
    let part = std::env::args().nth(1).unwrap_or_default();
    if let Some(which) = part.strip_prefix("profile-") {
        return profile(which);
    }
    if part.is_empty() || part == "throughput" {
        throughput();
    }
    if part.is_empty() || part == "apalis" {
        beside_apalis();
    }
    if part.is_empty() || part == "latency" {
        latency();
    }
    if part.is_empty() || part == "memory" {
        memory();
    }
}

/// For a profiler: one contender alone, so many times.
fn profile(which: &str) {
    let numbers: Vec<usize> = std::env::args().skip(2).filter_map(|text| text.parse().ok()).collect();
    let [producers, workers, rounds] = numbers[..] else {
        panic!("profile-raw|none|cloned|encoded PRODUCERS WORKERS ROUNDS")
    };
    for _ in 0..rounds {
        let took = match which {
            "raw" => runtime().block_on(raw(producers, workers)),
            "encoded" => runtime().block_on(hosted(producers, workers, Copies::Encoded)),
            "cloned" => runtime().block_on(hosted(producers, workers, Copies::Cloned)),
            _ => runtime().block_on(hosted(producers, workers, Copies::None)),
        };
        println!("{:.2}", JOBS as f64 / 1e6 / took);
    }
}

fn throughput() {
    println!(
        "| producers, workers | raw, M/s | CPU, ns | no copy, M/s | CPU, ns | ratio | cloned, M/s | CPU, ns | ratio | encoded, M/s | CPU, ns | ratio |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    for producers in [1, 4] {
        for workers in [1, 4, 16] {
            let mut rounds = Vec::new();
            for _ in 0..ROUNDS {
                rounds.push([
                    weighed(|| raw(producers, workers)),
                    weighed(|| hosted(producers, workers, Copies::None)),
                    weighed(|| hosted(producers, workers, Copies::Cloned)),
                    weighed(|| hosted(producers, workers, Copies::Encoded)),
                ]);
            }
            let figure = |of: &dyn Fn(&[(f64, f64); 4]) -> f64| median(rounds.iter().map(of).collect());
            print!("| {producers}, {workers} ");
            for which in 0..4 {
                let rate = figure(&|round| JOBS as f64 / 1e6 / round[which].0);
                let cpu = figure(&|round| round[which].1 * 1e9 / JOBS as f64);
                print!("| {rate:.2} | {cpu:.0} ");
                if which > 0 {
                    print!("| {:.2} ", figure(&|round| round[0].0 / round[which].0));
                }
            }
            println!("|");
        }
    }
}

/// A contender's seconds, and those of processor time that it took.
fn weighed<F: Future<Output = f64>>(contender: impl FnOnce() -> F) -> (f64, f64) {
    let before = hostkit_bench::cpu();
    let took = runtime().block_on(contender());
    (took, (hostkit_bench::cpu() - before).as_secs_f64())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Seconds.
async fn raw(producers: usize, workers: usize) -> f64 {
    let (sender, receiver) = mpsc::channel::<Item>(CAPACITY);
    let receiver = Arc::new(tokio::sync::Mutex::new(receiver));
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..workers {
        let receiver = receiver.clone();
        tasks.push(tokio::spawn(async move {
            let mut batch = Vec::with_capacity(32);
            while receiver.lock().await.recv_many(&mut batch, 32).await > 0 {
                batch.drain(..).for_each(handle);
            }
        }));
    }
    for _ in 0..producers {
        let sender = sender.clone();
        tasks.push(tokio::spawn(async move {
            for number in 0..JOBS / producers {
                sender.send(Item::new(number as u64)).await.expect("a receiver");
            }
        }));
    }
    drop(sender);
    for task in tasks {
        task.await.expect("an end");
    }
    begun.elapsed().as_secs_f64()
}

async fn start(service: Queued<Item>) -> (RunningHost, Queue<Item>) {
    let (door, mut doors) = mpsc::unbounded_channel();
    let host = Host::builder()
        .queued("items", service)
        .service("door", move |queue: Queue<Item>| {
            door.send(queue).expect("somebody waits");
            async {}
        })
        .build()
        .expect("a plan")
        .start()
        .await
        .expect("a host");
    let queue = doors.recv().await.expect("a queue");
    (host, queue)
}

fn service(workers: usize, copies: Copies) -> Queued<Item> {
    let handler = |item: Item| async move { handle(item) };
    let service = match copies {
        Copies::Encoded => Queued::new(handler),
        Copies::Cloned => Queued::new(handler).cloned(),
        Copies::None => Queued::in_memory(handler).retries(0),
    };
    service.workers(workers).capacity(CAPACITY)
}

async fn hosted(producers: usize, workers: usize, copies: Copies) -> f64 {
    let (host, queue) = start(service(workers, copies)).await;
    let items = host.handle().queue("items").expect("it runs");
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..producers {
        let queue = queue.clone();
        tasks.push(tokio::spawn(async move {
            for number in 0..JOBS / producers {
                queue.enqueue(Item::new(number as u64)).await.expect("an open queue");
            }
        }));
    }
    for task in tasks {
        task.await.expect("an end");
    }
    while items.stats().done < JOBS as u64 {
        tokio::time::sleep(Duration::from_micros(100)).await;
    }
    let took = begun.elapsed().as_secs_f64();
    assert!(host.stop().await.is_clean());
    took
}

/// Four producers, four jobs at a time.
fn beside_apalis() {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push([
            runtime().block_on(apalis_at_once()),
            runtime().block_on(apalis_in_turn()),
            runtime().block_on(hosted(4, 4, Copies::Encoded)),
            runtime().block_on(hosted(4, 4, Copies::Cloned)),
            runtime().block_on(hosted(4, 4, Copies::None)),
        ]);
    }
    let rate = |which: usize| median(rounds.iter().map(|round| JOBS as f64 / round[which] / 1e6).collect());
    let times =
        |theirs: usize, ours: usize| median(rounds.iter().map(|round| round[theirs] / round[ours]).collect());
    println!(
        "\n| 4 producers, 4 workers | M/s | hostkit encoded | cloned | no copy |\n|---|---|---|---|---|"
    );
    println!("| hostkit | | {:.2} | {:.2} | {:.2} |", rate(2), rate(3), rate(4));
    for (which, name) in
        ["apalis 1.0, pushed while it works", "apalis 1.0, all pushed first, one task"].iter().enumerate()
    {
        print!("| {name} | {:.3} ", rate(which));
        (2..5).for_each(|ours| print!("| {:.1} times ", times(which, ours)));
        println!("|");
    }
}

/// How many jobs apalis has not done yet.
static LEFT: AtomicUsize = AtomicUsize::new(0);

async fn until_none_is_left(item: Item, worker: apalis::prelude::WorkerContext) {
    handle(item);
    if LEFT.fetch_sub(1, Ordering::Relaxed) == 1 {
        worker.stop().expect("it runs");
    }
}

/// Seconds, as hostkit is driven: producers push while it works, and jobs may run on all threads. Its own sink panics when it is
/// pushed to meanwhile (apalis-core 1.0.0 locks it by `try_lock().unwrap()`), so producers feed the stream that it reads.
async fn apalis_at_once() -> f64 {
    use apalis::prelude::*;
    use apalis_core::backend::memory::MemorySink;
    use apalis_core::task::task_id::{RandomId, TaskId};
    use futures::{Sink, SinkExt, StreamExt};

    LEFT.store(JOBS, Ordering::Relaxed);
    let begun = Instant::now();
    let (sender, receiver) = futures::channel::mpsc::unbounded::<Task<Item>>();
    let sink: Box<dyn Sink<Task<Item>, Error = MemoryStorageError> + Send + Sync + Unpin> =
        Box::new(sender.clone().sink_map_err(MemoryStorageError::from));
    let sink = MemorySink::new(Arc::new(futures::lock::Mutex::new(sink)));
    let store = MemoryStorage::new_with(sink, receiver.boxed());
    for _ in 0..4 {
        let sender = sender.clone();
        tokio::spawn(async move {
            for number in 0..JOBS / 4 {
                let id = TaskId::from_string(RandomId::default());
                let task = TaskBuilder::new(Item::new(number as u64)).task_id(id).build();
                sender.unbounded_send(task).expect("a receiver");
                tokio::task::consume_budget().await;
            }
        });
    }
    let worker = WorkerBuilder::new("items")
        .backend(store)
        .concurrency(4)
        .parallelize(tokio::spawn)
        .build(until_none_is_left);
    worker.run().await.expect("an end");
    begun.elapsed().as_secs_f64()
}

/// Seconds, at its best: all jobs are pushed first, and run in one task; both times are counted.
async fn apalis_in_turn() -> f64 {
    use apalis::layers::WorkerBuilderExt;
    use apalis::prelude::*;

    LEFT.store(JOBS, Ordering::Relaxed);
    let begun = Instant::now();
    let mut store = MemoryStorage::new();
    for number in 0..JOBS {
        store.push(Item::new(number as u64)).await.expect("a store");
    }
    let worker = WorkerBuilder::new("items").backend(store).concurrency(4).build(until_none_is_left);
    worker.run().await.expect("an end");
    begun.elapsed().as_secs_f64()
}

/// 100,000 a second, in bursts of 100: a burst each millisecond, for two seconds.
fn latency() {
    println!("\n| 100,000/s in bursts of 100 | p50, µs | p99, µs |\n|---|---|---|");
    let mut all = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        all[0].push(runtime().block_on(raw_latency()));
        all[1].push(runtime().block_on(hosted_latency()));
    }
    for (name, rounds) in ["raw", "hostkit"].into_iter().zip(all) {
        let (p50, p99) = rounds.into_iter().unzip();
        println!("| {name} | {:.1} | {:.1} |", median(p50), median(p99));
    }
}

const BURST: usize = 100;
const BURSTS: usize = 2000;

struct Stamps(Vec<std::sync::atomic::AtomicU64>, AtomicUsize, Instant);

impl Stamps {
    fn new() -> Arc<Self> {
        let cells = (0..BURST * BURSTS).map(|_| Default::default()).collect();
        Arc::new(Stamps(cells, AtomicUsize::new(0), Instant::now()))
    }

    fn now(&self) -> u64 {
        self.2.elapsed().as_nanos() as u64
    }

    fn begun(&self, item: &Item) {
        let at = self.1.fetch_add(1, Ordering::Relaxed);
        self.0[at].store(self.now() - item.number, Ordering::Relaxed);
    }

    async fn figures(&self) -> (f64, f64) {
        while self.1.load(Ordering::Relaxed) < self.0.len() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let mut all: Vec<u64> = self.0.iter().map(|cell| cell.load(Ordering::Relaxed)).collect();
        all.sort_unstable();
        let at = |share: f64| all[(all.len() as f64 * share) as usize] as f64 / 1e3;
        (at(0.5), at(0.99))
    }
}

async fn bursts<F: Future<Output = ()>>(stamps: &Stamps, send: impl Fn(Item) -> F) {
    let mut ticks = tokio::time::interval(Duration::from_millis(1));
    for _ in 0..BURSTS {
        ticks.tick().await;
        for _ in 0..BURST {
            send(Item::new(stamps.now())).await;
        }
    }
}

async fn raw_latency() -> (f64, f64) {
    let stamps = Stamps::new();
    let (sender, receiver) = mpsc::channel::<Item>(CAPACITY);
    let receiver = Arc::new(tokio::sync::Mutex::new(receiver));
    for _ in 0..4 {
        let (receiver, stamps) = (receiver.clone(), stamps.clone());
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(32);
            while receiver.lock().await.recv_many(&mut batch, 32).await > 0 {
                for item in batch.drain(..) {
                    stamps.begun(&item);
                    handle(item);
                }
            }
        });
    }
    let here = stamps.clone();
    let producer = tokio::spawn(async move {
        bursts(&here, |item| async { sender.send(item).await.expect("a receiver") }).await;
    });
    producer.await.expect("an end");
    stamps.figures().await
}

async fn hosted_latency() -> (f64, f64) {
    let stamps = Stamps::new();
    let here = stamps.clone();
    let handler = move |item: Item| {
        here.begun(&item);
        async move { handle(item) }
    };
    let (host, queue) = start(Queued::new(handler).workers(4).capacity(CAPACITY)).await;
    let here = stamps.clone();
    let producer = tokio::spawn(async move {
        bursts(&here, |item| async {
            let _id = queue.enqueue(item).await.expect("an open queue");
        })
        .await;
    });
    producer.await.expect("an end");
    let figures = stamps.figures().await;
    host.stop().await;
    figures
}

/// A million jobs wait, in a queue that is paused.
fn memory() {
    let item = size_of::<Item>();
    let bytes = runtime().block_on(async {
        let (host, queue) = start(service(1, Copies::Encoded).capacity(JOBS)).await;
        host.handle().queue("items").expect("it runs").pause("to be weighed");
        tokio::time::sleep(Duration::from_millis(100)).await;
        let before = resident();
        for number in 0..JOBS {
            let empty = Item { number: number as u64, text: String::new() };
            queue.enqueue(empty).await.expect("an open queue");
        }
        let bytes = resident() - before;
        host.handle().queue("items").expect("it runs").resume();
        host.stop().await;
        bytes as f64 / JOBS as f64
    });
    println!(
        "\n| waiting | bytes each | of which the job |\n|---|---|---|\n| {JOBS} | {bytes:.0} | {item} |"
    );
}
