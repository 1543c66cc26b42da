//! A file in, what the ledger says of it out: its size and its sum, or what is bad about it.

use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::folders::sync;

/// How much is read between two looks at the stop signal.
const CHUNK: u64 = 1 << 20;

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Verdict {
    Good { size: u64, sha256: String },
    Bad { reason: String },
}

impl Verdict {
    pub(crate) fn is_good(&self) -> bool {
        matches!(self, Verdict::Good { .. })
    }
}

/// Nothing, if it is not to go on, or if the file is still being written to.
pub(crate) fn judge(path: &Path, go_on: impl Fn() -> bool) -> Option<Verdict> {
    sum(path, go_on).unwrap_or_else(|error| Some(bad(format!("can't be read: {error}"))))
}

fn bad(reason: impl Into<String>) -> Verdict {
    Verdict::Bad { reason: reason.into() }
}

fn sum(path: &Path, go_on: impl Fn() -> bool) -> io::Result<Option<Verdict>> {
    let begun = fs::symlink_metadata(path)?;
    if let Some(what) = oddity(begun.file_type()) {
        return Ok(Some(bad(what)));
    }
    let mut file = File::open(path)?;
    let (mut sum, mut size, mut chunk) = (Sha256::new(), 0, Vec::new());
    loop {
        if !go_on() {
            return Ok(None);
        }
        chunk.clear();
        let read = file.by_ref().take(CHUNK).read_to_end(&mut chunk)?;
        if read == 0 {
            break;
        }
        sum.update(&chunk);
        size += read as u64;
    }
    let ended = file.metadata()?;
    if (size, begun.modified()?) != (ended.len(), ended.modified()?) {
        return Ok(None);
    }
    sync(path)?; // the ledger will vouch for these bytes; they must not be lost with the power
    let sha256 = sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Some(Verdict::Good { size, sha256 }))
}

/// What it is instead of a regular file. Opening one of these may block for ever, or lead somewhere else.
fn oddity(kind: FileType) -> Option<&'static str> {
    match kind {
        kind if kind.is_file() => None,
        kind if kind.is_dir() => Some("is a directory"),
        kind if kind.is_symlink() => Some("is a symbolic link"),
        _ => Some("is a pipe, a socket or a device"),
    }
}
