//! A task that waits for Ctrl-C.

#[tokio::main]
async fn main() {
    println!("hello");
    let _ = tokio::signal::ctrl_c().await;
}
