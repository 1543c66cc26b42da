//! The ledger: a line of JSON for each file, safe on disk before the file moves on.
//!
//! A crash can leave half a line at the end: nothing was done on the strength of it, so it is cut off. A
//! whole line that makes no sense is another matter, and for a person to mend.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::folders::{Claim, Folders, sync};
use crate::verdict::Verdict;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    #[serde(flatten)]
    pub(crate) claim: Claim,
    #[serde(flatten)]
    pub(crate) verdict: Verdict,
    pub(crate) moved_to: String,
    pub(crate) when: Timestamp,
}

impl Entry {
    pub(crate) fn tell(&self) {
        let Entry { claim: Claim { name, .. }, verdict, moved_to, .. } = self;
        match verdict {
            Verdict::Good { size, .. } => tracing::info!(name, size, moved_to, "done"),
            Verdict::Bad { reason } => tracing::warn!(name, reason, moved_to, "failed"),
        }
    }
}

pub(crate) struct Ledger {
    file: File,
    length: u64,
    last_batch: u64,
}

impl Ledger {
    /// The ledger, and those entries whose files have not been moved. Nobody else can open it until it is dropped.
    pub(crate) fn open(path: &Path, folders: &Folders) -> hostkit::Result<(Self, Vec<Entry>)> {
        let file = File::options().read(true).append(true).create(true).open(path)?;
        file.try_lock()
            .map_err(|error| format!("{}: {error}: does another inbox use it?", path.display()))?;
        let mut ledger = Ledger { file, length: 0, last_batch: 0 };
        let unsettled = ledger.read(folders).map_err(|error| format!("{}: {error}", path.display()))?;
        ledger.file.set_len(ledger.length)?;
        ledger.file.sync_all()?;
        sync(folders.root())?; // its name
        Ok((ledger, unsettled))
    }

    fn read(&mut self, folders: &Folders) -> hostkit::Result<Vec<Entry>> {
        let batches = folders.batches()?;
        let (mut lines, mut line, mut unsettled) = (BufReader::new(&self.file), Vec::new(), Vec::new());
        for number in 1.. {
            line.clear();
            self.length += lines.read_until(b'\n', &mut line)? as u64;
            let is_ended = line.ends_with(b"\n");
            let entry: Entry = match serde_json::from_slice(&line) {
                Ok(entry) => entry,
                Err(error) if is_ended => return Err(format!("line {number} is no entry ({error})").into()),
                Err(_) => {
                    self.length -= line.len() as u64; // half a line, or the end
                    break;
                }
            };
            self.last_batch = self.last_batch.max(entry.claim.batch);
            if batches.contains(&entry.claim.batch) && folders.holds(&entry.claim)? {
                unsettled.push(entry);
            }
            if !is_ended {
                (&self.file).write_all(b"\n")?; // it was whole but for this
                self.length += 1;
                break;
            }
        }
        Ok(unsettled)
    }

    /// The last batch that has a line.
    pub(crate) fn last_batch(&self) -> u64 {
        self.last_batch
    }

    /// When this returns, the line is safe on disk. When it fails, the line is gone again, or half, which `open` sees to.
    pub(crate) fn append(&mut self, entry: &Entry) -> hostkit::Result {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        let written = self.file.write_all(&line).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            let _ = self.file.set_len(self.length);
            return Err(format!("the ledger can't be written: {error}").into());
        }
        self.length += line.len() as u64;
        self.last_batch = self.last_batch.max(entry.claim.batch);
        Ok(())
    }
}
