//! The folders: what arrives, what is claimed, and where it ends. Every change of place is a rename, so a
//! file is never in two places and never half in one.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, DirEntry, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

/// How many files a batch may have: so many moves are made safe at once, and repeated at most after a crash.
const BATCH: usize = 256;
/// What file systems allow a name to have, in bytes.
const NAME_MAX: usize = 255;

/// A file that was taken from the inbox. Batches are numbered and never come again, so no two claims are ever equal.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Claim {
    pub(crate) batch: u64,
    pub(crate) name: String,
}

pub(crate) struct Folders {
    root: PathBuf,
    /// What lay in the inbox at the last look.
    seen: HashMap<OsString, Look>,
}

/// How a file looked; a refused one could not be claimed.
struct Look {
    length: u64,
    modified: SystemTime,
    refused: bool,
}

impl Folders {
    pub(crate) fn open(root: &Path) -> io::Result<Self> {
        for folder in ["work", "done", "failed"].map(|name| root.join(name)) {
            fs::create_dir_all(&folder).map_err(at(&folder))?;
        }
        sync(root)?;
        Ok(Folders { root: root.to_owned(), seen: HashMap::new() })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    fn batch(&self, number: u64) -> PathBuf {
        self.root.join("work").join(number.to_string())
    }

    pub(crate) fn path_of(&self, claim: &Claim) -> PathBuf {
        self.batch(claim.batch).join(&claim.name)
    }

    pub(crate) fn holds(&self, claim: &Claim) -> io::Result<bool> {
        exists(&self.path_of(claim))
    }

    /// Takes what has lain in the inbox unchanged since the last look into a batch of its own, numbered above `last`.
    pub(crate) fn claim(&mut self, last: u64) -> io::Result<()> {
        let still = self.look()?;
        if still.is_empty() {
            return Ok(());
        }
        let number = self.batches()?.last().copied().unwrap_or(0).max(last) + 1;
        let batch = self.batch(number);
        fs::create_dir(&batch).map_err(at(&batch))?;
        sync(&self.root.join("work"))?;
        for name in still.into_iter().take(BATCH) {
            self.take(&name, &batch)?;
        }
        // Were one of these forgotten and its line in the ledger not, the file would come again.
        sync(&batch)?;
        sync(&self.root)
    }

    /// What lies there unchanged.
    fn look(&mut self) -> io::Result<Vec<OsString>> {
        let before = std::mem::take(&mut self.seen);
        let mut still = Vec::new();
        for entry in fs::read_dir(&self.root).map_err(at(&self.root))? {
            let entry = entry?;
            let name = entry.file_name();
            if is_ours_or_theirs(&name) {
                continue;
            }
            let Ok(mut look) = Look::at(&entry) else { continue }; // it has just gone
            match before.get(&name) {
                Some(known) if known.is_like(&look) && known.refused => look.refused = true,
                Some(known) if known.is_like(&look) => still.push(name.clone()),
                _ => {}
            }
            self.seen.insert(name, look);
        }
        Ok(still)
    }

    /// The ledger is text, so a name that is none gets `�` for what can't be written.
    fn take(&mut self, name: &OsStr, batch: &Path) -> io::Result<()> {
        let to = batch.join(&*name.to_string_lossy());
        if exists(&to)? {
            return Ok(()); // two names that read alike: the other one comes with the next batch
        }
        match fs::rename(self.root.join(name), to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(?name, %error, "can't be claimed: it stays where it is");
                self.seen.entry(name.to_owned()).and_modify(|look| look.refused = true);
            }
            _ => {}
        }
        Ok(())
    }

    /// The batches that are not worked off, in order.
    pub(crate) fn batches(&self) -> io::Result<Vec<u64>> {
        let mut numbers: Vec<u64> = names(&self.root.join("work"))?.iter().flat_map(|n| n.parse()).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    pub(crate) fn claims(&self, batch: u64) -> io::Result<Vec<Claim>> {
        Ok(names(&self.batch(batch))?.into_iter().map(|name| Claim { batch, name }).collect())
    }

    /// A place for it in `done` or `failed`: under its name, or numbered like its batch if that is taken.
    pub(crate) fn free_place(&self, folder: &str, claim: &Claim) -> io::Result<String> {
        let mut place = format!("{folder}/{}", claim.name);
        let mut number = claim.batch;
        while exists(&self.root.join(&place))? {
            place = format!("{folder}/{}", numbered(&claim.name, number));
            number += 1;
        }
        Ok(place)
    }

    /// Moves it to where the ledger says.
    pub(crate) fn settle(&self, claim: &Claim, moved_to: &str) -> io::Result<()> {
        let to = self.root.join(moved_to);
        if exists(&to)? {
            return Err(at(&to)(io::Error::other("is taken, and nothing is overwritten: move it away")));
        }
        fs::rename(self.path_of(claim), &to).map_err(at(&to))
    }

    /// Makes the moves of a batch safe. One that still holds something is left for the next round.
    pub(crate) fn close(&self, batch: u64) -> io::Result<()> {
        sync(&self.root.join("done"))?;
        sync(&self.root.join("failed"))?;
        let batch = self.batch(batch);
        match fs::remove_dir(&batch) {
            Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => Err(at(&batch)(error)),
            _ => Ok(()),
        }
    }
}

impl Look {
    fn at(entry: &DirEntry) -> io::Result<Self> {
        let metadata = entry.metadata()?;
        Ok(Look { length: metadata.len(), modified: metadata.modified()?, refused: false })
    }

    fn is_like(&self, other: &Look) -> bool {
        (self.length, self.modified) == (other.length, other.modified)
    }
}

/// The inbox's own names, and those that say "not yet".
fn is_ours_or_theirs(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    ["work", "done", "failed", "ledger.jsonl"].contains(&&*name)
        || name.starts_with('.')
        || [".tmp", ".part"].iter().any(|end| name.ends_with(end))
}

/// `report.pdf` and 7 make `report-7.pdf`, cut where the name would grow too long.
fn numbered(name: &str, number: u64) -> String {
    let dot = name.rfind('.').filter(|dot| *dot > 0).unwrap_or(name.len());
    let (stem, end) = name.split_at(dot);
    let end = format!("-{number}{end}");
    let room = NAME_MAX.saturating_sub(end.len());
    let stem: String =
        stem.char_indices().take_while(|(at, c)| at + c.len_utf8() <= room).map(|(_, c)| c).collect();
    stem + &end
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        names.extend(entry?.file_name().into_string());
    }
    Ok(names)
}

/// Also when it is a symbolic link that leads nowhere.
fn exists(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(at(path)(error)),
    }
}

/// What is in a file or a directory is on disk when this returns. (Windows does so only for files that can be written to.)
pub(crate) fn sync(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(path).and_then(|file| file.sync_all()).map_err(at(path))?;
    }
    Ok(())
}

/// An error of the operating system, with the path that it does not tell.
fn at(path: &Path) -> impl FnOnce(io::Error) -> io::Error {
    move |error| io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
