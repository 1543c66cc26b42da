//! A secret is wiped: its value when it is dropped, and every copy that the configuration made of its text.

use std::sync::atomic::{AtomicUsize, Ordering};

use hostkit::config::{Layers, Zeroize};
use hostkit::prelude::*;
use serde::Deserialize;

use super::world::{read, set, wrong};

/// Counts how often it is wiped.
#[derive(Clone, Debug, Default)]
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn wipes(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Zeroize for Counted {
    fn zeroize(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_secret_is_wiped_once_when_it_is_dropped() {
    let value = Counted::default();
    let secret = Secret::new(value.clone());
    let copy = secret.clone();
    assert_eq!(value.wipes(), 0);
    drop(secret);
    assert_eq!(value.wipes(), 1);
    drop(copy);
    assert_eq!(value.wipes(), 2);
}

#[test]
fn a_value_that_is_taken_out_is_not_wiped() {
    let value = Counted::default();
    let taken = Secret::from(value.clone()).into_inner();
    drop(taken);
    assert_eq!(value.wipes(), 0);
}

#[test]
fn a_secret_in_a_panic_is_wiped() {
    let value = Counted::default();
    let secret = Secret::new(value.clone());
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let _secret = secret;
        std::panic::panic_any(());
    }));
    assert_eq!(value.wipes(), 1);
}

/// How many of them were read, and how many wiped.
static READ: AtomicUsize = AtomicUsize::new(0);
static WIPED: AtomicUsize = AtomicUsize::new(0);

#[derive(Deserialize, Debug)]
#[serde(from = "String")]
struct Token;

impl From<String> for Token {
    fn from(mut text: String) -> Self {
        text.zeroize();
        READ.fetch_add(1, Ordering::Relaxed);
        Token
    }
}

impl Zeroize for Token {
    fn zeroize(&mut self) {
        WIPED.fetch_add(1, Ordering::Relaxed);
    }
}

#[config("wiped")]
#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Wiped {
    token: Secret<Token>,
    #[serde(default)]
    limit: u8,
}

/// Whether the plan is right or wrong, and however often the section is read for it.
#[test]
fn every_secret_that_a_host_reads_is_wiped_in_the_end() {
    let config = read::<Wiped>(set("wiped.token=x"));
    assert_eq!(READ.load(Ordering::Relaxed), WIPED.load(Ordering::Relaxed) + 1, "one is in use");
    drop(config);
    assert_eq!(READ.load(Ordering::Relaxed), WIPED.load(Ordering::Relaxed));
    wrong::<Wiped>(set("wiped.token=x").set("wiped.limit=many"));
    assert_eq!(READ.load(Ordering::Relaxed), WIPED.load(Ordering::Relaxed));
    assert!(READ.load(Ordering::Relaxed) >= 2);
}

#[cfg(target_os = "linux")]
mod memory {
    use std::fs::{self, File};
    use std::io::{Read, Seek, SeekFrom, Write};

    use super::*;

    const LENGTH: usize = 32;
    /// A byte of a token is kept as its complement, so that the test itself has no copy.
    type Hidden = [u8; LENGTH];

    #[config("wiped_memory")]
    #[derive(Deserialize, Debug)]
    struct InMemory {
        token: Secret<String>,
    }

    /// A token of letters that no other memory has.
    fn token() -> Hidden {
        let mut random = Hidden::default();
        File::open("/dev/urandom").unwrap().read_exact(&mut random).unwrap();
        random.map(|byte| !(b'a' + byte % 26))
    }

    /// How often the process has the token in its memory.
    fn copies(of: &Hidden) -> usize {
        const CHUNK: u64 = 1 << 20;
        let mut memory = File::open("/proc/self/mem").unwrap();
        let mut buffer = vec![0; CHUNK as usize + LENGTH];
        let own = buffer.as_ptr() as u64..buffer.as_ptr() as u64 + buffer.len() as u64;
        let mut found = 0;
        for line in fs::read_to_string("/proc/self/maps").unwrap().lines() {
            let mut words = line.split_whitespace();
            let (range, access) = (words.next().unwrap(), words.next().unwrap());
            let number = |text: &str| u64::from_str_radix(text, 16).unwrap();
            let (from, to) = range.split_once('-').map(|(from, to)| (number(from), number(to))).unwrap();
            if !access.starts_with("rw") {
                continue;
            }
            for begin in (from..to).step_by(CHUNK as usize) {
                let length = (to - begin).min(buffer.len() as u64) as usize;
                let chunk = &mut buffer[..length];
                if memory.seek(SeekFrom::Start(begin)).is_err() || memory.read_exact(chunk).is_err() {
                    continue;
                }
                let starts = chunk.iter().enumerate().filter(|(_, byte)| **byte == !of[0]);
                let is_here = |at: usize| {
                    at < CHUNK as usize
                        && !own.contains(&(begin + at as u64))
                        && chunk
                            .get(at..at + LENGTH)
                            .is_some_and(|found| found.iter().zip(of).all(|(byte, hidden)| *byte == !hidden))
                };
                found += starts.filter(|(at, _)| is_here(*at)).count();
            }
        }
        found
    }

    /// The file, the parser and the tree had it; the `Secret` is the only one left, and then none.
    #[test]
    fn a_secret_of_a_file_is_once_in_memory_and_then_not_at_all() {
        for quote in ['"', '\''] {
            let token = token();
            let files = tempfile::tempdir().unwrap();
            let path = files.path().join("hostkit.toml");
            let mut file = File::create(&path).unwrap();
            write!(file, "[wiped_memory]\ntoken = {quote}").unwrap();
            token.iter().for_each(|byte| file.write_all(&[!byte]).unwrap());
            writeln!(file, "{quote}").unwrap();
            let config = read::<InMemory>(Layers::new().file(&path));
            assert_eq!(config.token.expose().len(), LENGTH);
            assert_eq!(copies(&token), 1);
            drop(config);
            assert_eq!(copies(&token), 0);
        }
    }

    /// A host that is not built wipes it too, whatever it has to say.
    #[test]
    fn a_secret_beside_a_mistake_is_not_in_memory_for_long() {
        let token = token();
        let files = tempfile::tempdir().unwrap();
        let path = files.path().join("hostkit.toml");
        let mut file = File::create(&path).unwrap();
        write!(file, "[wiped_memory]\ntoken = \"").unwrap();
        token.iter().for_each(|byte| file.write_all(&[!byte]).unwrap());
        writeln!(file, "\"\ntokn = 1").unwrap();
        let told = wrong::<InMemory>(Layers::new().file(&path));
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(copies(&token), 0);
    }
}
