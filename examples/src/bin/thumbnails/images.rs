//! The images on disk: `waiting/` has them as they came, `made/` the thumbnails, `broken/` what can't be made into one, with the
//! reason beside it.
//!
//! A file is written in `tmp/` and then moved to where it belongs, so that none is ever there by half. An image leaves `waiting/`
//! after its thumbnail or its reason is there; so a reader that looks into `waiting/` first never misses it.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use hostkit::prelude::*;
use hostkit::queue::JobId;
use serde::Deserialize;

use crate::id::ImageId;

#[config("images", validate)]
#[derive(Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    /// Where they are.
    directory: PathBuf,
    /// How wide and how high a thumbnail is at most.
    pub(crate) side: u32,
    /// How much memory an image may take when it is decoded: a file of a few kB can be one of a million megapixels.
    pub(crate) max_decoded: ByteSize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { directory: "thumbnails".into(), side: 256, max_decoded: ByteSize::new(128 << 20) }
    }
}

impl Settings {
    fn validate(&self) -> Result<(), String> {
        match self.side {
            1..=4096 => Ok(()),
            side => Err(format!("`side` is {side}: a thumbnail has a side of 1 to 4096 pixels")),
        }
    }
}

pub(crate) struct Images {
    root: PathBuf,
    /// The job of each image that was begun and has no thumbnail yet.
    jobs: Mutex<HashMap<ImageId, JobId>>,
    /// Held for as long as this process lives: two would make everything twice.
    _lock: File,
}

/// The state of an image.
pub(crate) enum Look {
    Waiting,
    Made(Vec<u8>),
    Broken(String),
    Unknown,
}

#[provides]
fn images(settings: Config<Settings>) -> hostkit::Result<Images> {
    let root = std::path::absolute(&settings.directory)?;
    for folder in ["waiting", "made", "broken", "tmp"] {
        let folder = root.join(folder);
        fs::create_dir_all(&folder).map_err(at(&folder))?;
    }
    let lock = File::create(root.join("lock")).map_err(at(&root))?;
    lock.try_lock().map_err(|error| format!("{}: {error}: does another one run?", root.display()))?;
    for unfinished in fs::read_dir(root.join("tmp"))? {
        fs::remove_file(unfinished?.path())?;
    }
    tracing::info!("the images are in {}", root.display());
    Ok(Images { root, jobs: Mutex::default(), _lock: lock })
}

impl Images {
    /// Keeps an image. It is safe on disk when this returns.
    pub(crate) fn keep(&self, id: ImageId, image: &[u8]) -> io::Result<()> {
        self.write("waiting", &id.to_string(), image)
    }

    /// Forgets an image that could not be accepted after all.
    pub(crate) fn forget(&self, id: ImageId) -> io::Result<()> {
        let path = self.path("waiting", id);
        fs::remove_file(&path).map_err(at(&path))
    }

    /// All that wait, the oldest first.
    pub(crate) fn waiting(&self) -> io::Result<Vec<ImageId>> {
        let mut waiting = Vec::new();
        for entry in fs::read_dir(self.root.join("waiting"))? {
            let entry = entry?;
            if let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) {
                waiting.push((entry.metadata()?.modified()?, id));
            }
        }
        waiting.sort_by_key(|(modified, _)| *modified);
        Ok(waiting.into_iter().map(|(_, id)| id).collect())
    }

    /// Notes the job that works on it.
    pub(crate) fn take_up(&self, id: ImageId, job: JobId) {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).insert(id, job);
    }

    /// The job that worked on it last.
    pub(crate) fn job(&self, id: ImageId) -> Option<JobId> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).get(&id).copied()
    }

    fn settled(&self, id: ImageId) {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    pub(crate) fn original(&self, id: ImageId) -> io::Result<Vec<u8>> {
        let path = self.path("waiting", id);
        fs::read(&path).map_err(at(&path))
    }

    /// Keeps its thumbnail, and no longer the image.
    pub(crate) fn made(&self, id: ImageId, thumbnail: &[u8]) -> io::Result<()> {
        self.write("made", &id.to_string(), thumbnail)?;
        self.forget(id)?;
        self.settled(id);
        Ok(())
    }

    /// Puts it aside, with what is wrong with it.
    pub(crate) fn broken(&self, id: ImageId, why: &str) -> io::Result<()> {
        self.write("broken", &reason(id), why.as_bytes())?;
        let (from, to) = (self.path("waiting", id), self.path("broken", id));
        fs::rename(&from, &to).map_err(at(&to))?;
        self.settled(id);
        Ok(())
    }

    pub(crate) fn look(&self, id: ImageId) -> io::Result<Look> {
        if self.path("waiting", id).try_exists()? {
            return Ok(Look::Waiting);
        }
        if let Some(thumbnail) = found(fs::read(self.path("made", id)))? {
            return Ok(Look::Made(thumbnail));
        }
        let why = found(fs::read_to_string(self.root.join("broken").join(reason(id))))?;
        Ok(why.map_or(Look::Unknown, Look::Broken))
    }

    fn path(&self, folder: &str, id: ImageId) -> PathBuf {
        self.root.join(folder).join(id.to_string())
    }

    fn write(&self, folder: &str, name: &str, content: &[u8]) -> io::Result<()> {
        let (tmp, folder) = (self.root.join("tmp").join(name), self.root.join(folder));
        let mut file = File::create(&tmp).map_err(at(&tmp))?;
        file.write_all(content).and_then(|()| file.sync_all()).map_err(at(&tmp))?;
        fs::rename(&tmp, folder.join(name)).map_err(at(&folder))?;
        if cfg!(unix) {
            File::open(&folder)?.sync_all()?; // its name
        }
        Ok(())
    }
}

/// The name of the file that says what is wrong with it.
fn reason(id: ImageId) -> String {
    format!("{id}.txt")
}

fn found<T>(read: io::Result<T>) -> io::Result<Option<T>> {
    match read {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some),
    }
}

/// An error of the operating system, with the path that it does not tell.
fn at(path: &Path) -> impl FnOnce(io::Error) -> io::Error {
    move |error| io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
