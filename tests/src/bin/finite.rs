//! A program of finite work, and the plainest form of `main!`.

use hostkit::prelude::*;

/// Gives the host some work that outlives it.
#[hosted_service]
async fn once(tasks: Tasks) {
    tasks
        .spawn("late", async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            println!("done");
        })
        .expect("the host runs");
}

hostkit::main!();
