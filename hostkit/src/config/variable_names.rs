//! The true name of a key that the environment said, where serde buffers: it asks for any key then. A key that nothing reads is offered
//! in the other spellings in which names are written.

use serde_core::de::DeserializeOwned;

use super::key_path::{KeyPath, PathSegment};
use super::read_pass::ReadPass;
use super::tree::{ConfigNode, normal};

/// A field is missing: a key of the environment that means it in its own way becomes it.
pub(super) fn rename(pass: &mut ReadPass, missing: &KeyPath) -> bool {
    let (Some(PathSegment::Key(name)), Some(table)) = (missing.last(), missing.without_last()) else {
        return false;
    };
    let free = table.key(&normal(name));
    let found =
        pass.free.borrow().contains_key(&free) && free != *missing && !pass.renamed.contains_key(&free);
    if found {
        pass.renamed.insert(free, name.clone());
    }
    found
}

/// A section that was read without an error: keys of the environment that nobody looked at are offered by other names, and noted
/// if nobody looks at them then either. Whether any got another name.
pub(super) fn rename_unmet<T: DeserializeOwned>(
    pass: &mut ReadPass,
    section: &ConfigNode,
    path: &KeyPath,
) -> bool {
    let free: Vec<(KeyPath, String)> = pass.free.borrow().clone().into_iter().collect();
    let mut renamed = false;
    for (key, variable) in free {
        if pass.renamed.contains_key(&key) {
            continue;
        }
        let (Some(PathSegment::Key(name)), Some(table)) = (key.last().cloned(), key.without_last()) else {
            continue;
        };
        let as_it_is = looked_at::<T>(pass, &key, &name, &table, section, path);
        let other = match as_it_is {
            Looked::ByType => continue,
            _ => spellings(&name).into_iter().find(|other| {
                let looked = looked_at::<T>(pass, &key, other, &table, section, path);
                matches!((looked, as_it_is), (Looked::ByType, _) | (Looked::InBuffer, Looked::Never))
            }),
        };
        match other {
            Some(other) => {
                renamed = true;
                pass.renamed.insert(key, other);
            }
            None if matches!(as_it_is, Looked::Never) => {
                pass.notes.borrow_mut().unmet.insert(key, variable);
            }
            None => {}
        }
    }
    renamed
}

#[derive(Clone, Copy)]
enum Looked {
    Never,
    /// By a field of the table itself.
    ByType,
    /// By something that serde flattened.
    InBuffer,
}

/// Who looks at the value of this key, if it is called so.
fn looked_at<T: DeserializeOwned>(
    pass: &mut ReadPass,
    key: &KeyPath,
    name: &str,
    table: &KeyPath,
    section: &ConfigNode,
    path: &KeyPath,
) -> Looked {
    let notes = std::mem::take(&mut *pass.notes.borrow_mut()); // this read tells nothing
    let before = pass.renamed.insert(key.clone(), name.to_owned());
    pass.poison = Some(table.key(name));
    pass.poisoned_by_type.set(false);
    let read = pass.read_section::<T>(section, path);
    pass.poison = None;
    match before {
        Some(before) => drop(pass.renamed.insert(key.clone(), before)),
        None => drop(pass.renamed.remove(key)),
    }
    *pass.notes.borrow_mut() = notes;
    match read {
        Ok(Ok(_)) => Looked::Never,
        _ if pass.poisoned_by_type.get() => Looked::ByType,
        _ => Looked::InBuffer,
    }
}

/// `api_key` as names are written elsewhere: `API_KEY`, `api-key`, `apiKey`, `ApiKey`, `API-KEY`.
fn spellings(name: &str) -> Vec<String> {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
    };
    let words: Vec<&str> = name.split('_').collect();
    let pascal: String = words.iter().map(|word| capital(word)).collect();
    let camel: String = words
        .iter()
        .take(1)
        .map(|word| (*word).to_owned())
        .chain(words.iter().skip(1).map(|word| capital(word)))
        .collect();
    let spellings = [
        name.to_uppercase(),
        name.replace('_', "-"),
        camel,
        pascal,
        name.to_uppercase().replace('_', "-"),
        name.replace('_', "."),
    ];
    spellings.into_iter().filter(|spelling| spelling != name).collect()
}
