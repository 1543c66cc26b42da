//! A TOML file in, its values with their lines out.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use hostkit_grammar::Sentence;
use hostkit_grammar::duration::show;
use toml::de::DeTable;
use zeroize::Zeroizing;

use super::source::{LayerProblem, Source};
use super::tree::ConfigTable;
use super::value::ConfigValue;

/// A larger file is none that people wrote.
const LARGEST: u64 = 16 << 20;
/// What is no regular file, such as a pipe of the shell's `<(…)`, has said everything by then.
const LONGEST: Duration = Duration::from_secs(5);

/// The values of a file that has to be there.
pub(super) fn read(path: &Path) -> Result<ConfigTable, LayerProblem> {
    let bytes = bytes(path).map_err(|error| fault(path, 0, unreadable(path, &error)))?;
    parse(path, text(path, &bytes)?)
}

/// The same of a file that need not be there. Only a name that does not exist is an absent file: a link to nowhere, or a
/// directory that may not be searched, is one that can't be read.
pub(super) fn read_if_there(path: &Path) -> Option<Result<ConfigTable, LayerProblem>> {
    let is_absent = |error: io::Error| error.kind() == ErrorKind::NotFound;
    if fs::symlink_metadata(path).is_err_and(is_absent) { None } else { Some(read(path)) }
}

fn bytes(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    match fs::metadata(path) {
        Ok(found) if !found.is_file() && !found.is_dir() => bytes_in_time(path.to_owned()),
        _ => all_bytes(path),
    }
}

/// A pipe that nobody writes to blocks whoever opens it: a thread of its own, which is left behind then.
fn bytes_in_time(path: PathBuf) -> io::Result<Zeroizing<Vec<u8>>> {
    let (sender, receiver) = mpsc::channel();
    let read = move || drop(sender.send(all_bytes(&path)));
    thread::Builder::new().name("hostkit-config".to_owned()).spawn(read)?;
    receiver.recv_timeout(LONGEST).unwrap_or_else(|_| {
        let says = format!("it is not a regular file, and did not end within {}", show(LONGEST));
        Err(io::Error::new(ErrorKind::TimedOut, says))
    })
}

/// There is room for all of it before anything is read: a buffer that grows leaves its old place behind, which nobody wipes.
fn all_bytes(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let file = File::open(path)?;
    let found = file.metadata()?;
    let size = if found.is_file() { found.len().min(LARGEST) } else { LARGEST };
    let mut bytes = Zeroizing::new(Vec::with_capacity(size as usize + 64));
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        Err(io::Error::new(ErrorKind::FileTooLarge, "it is larger than 16 MiB"))
    } else {
        Ok(bytes)
    }
}

/// Why it can't be read, and what to do.
fn unreadable(path: &Path, error: &io::Error) -> Sentence {
    let link = fs::read_link(path).ok();
    let help = match (error.kind(), &link) {
        (ErrorKind::NotFound, None) => "write the file, or correct its path",
        (ErrorKind::TimedOut, _) => "use a regular file, or close the writing end",
        (_, Some(_)) => "correct what the link points to, or remove the link",
        (ErrorKind::PermissionDenied, _) => "let this user read the file and search its directory",
        (ErrorKind::IsADirectory, _) => "replace the directory by a file",
        (ErrorKind::FileTooLarge, _) => "correct its path, or make it smaller",
        _ => "write the file, or correct its path",
    };
    let link = link.map_or(String::new(), |to| format!(", a link to `{}`", to.display()));
    Sentence::new(format!("can't be read ({error}){link}"), help)
}

/// TOML is UTF-8: what else it may be is told, with the line where it is no longer.
fn text<'b>(path: &Path, bytes: &'b [u8]) -> Result<&'b str, LayerProblem> {
    let utf16 = match *bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
        [a, b, ..] => (a == 0) != (b == 0),
        _ => false,
    };
    if utf16 {
        return Err(fault(path, 0, Sentence::new("is UTF-16", "save it as UTF-8")));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = error.valid_up_to();
        let line = bytes[..valid].iter().filter(|byte| **byte == b'\n').count() + 1;
        let byte = bytes.get(valid).copied().unwrap_or_default();
        let what = format!("is not valid UTF-8 (byte 0x{byte:02x}, perhaps Latin-1)");
        fault(path, line, Sentence::new(what, "save it as UTF-8"))
    })
}

pub(super) fn parse(path: &Path, text: &str) -> Result<ConfigTable, LayerProblem> {
    let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let line = |offset: usize| ends.partition_point(|end| *end < offset) + 1;
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| line(span.start));
        let what = format!("is not valid TOML ({})", error.message().replace('\n', ", "));
        fault(path, at, Sentence::new(what, "correct the line"))
    })?;
    Ok(ConfigValue::table(table.into_inner(), &|offset| Source::File(path.to_owned(), line(offset))))
}

fn fault(path: &Path, line: usize, why: Sentence) -> LayerProblem {
    let source = Source::File(path.to_owned(), line);
    LayerProblem { key: path.display().to_string(), why: Box::new(why), source, meant: None }
}
