//! A secret is not displayed.

use hostkit::config::Secret;

fn main() {
    let token = Secret::new("hunter2".to_owned());
    println!("{token}");
}
