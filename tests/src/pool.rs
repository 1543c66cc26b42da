//! A runtime whose blocking pool has few threads, in real time.

use std::time::Duration;

/// Lives a life on two executor threads, with this many threads of the blocking pool.
pub fn with_pool_of<T>(threads: usize, life: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(threads)
        .enable_all()
        .build()
        .unwrap();
    let output = runtime.block_on(life);
    runtime.shutdown_timeout(Duration::from_secs(10));
    output
}
