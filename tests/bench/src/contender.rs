//! Runs a program that stands beside this one, and reads the figures that it prints.

use std::path::PathBuf;
use std::process::Command;

/// The programs beside this one.
pub fn program(name: &str) -> PathBuf {
    std::env::current_exe().expect("a path").with_file_name(name)
}

/// The figures of its one line.
pub fn run(name: &str, args: &[&str]) -> Vec<f64> {
    let output = Command::new(program(name)).args(args).output().expect("a contender");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    let figures: Vec<f64> = text.split_whitespace().filter_map(|figure| figure.parse().ok()).collect();
    assert!(!figures.is_empty(), "{name} said {text:?}");
    figures
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
