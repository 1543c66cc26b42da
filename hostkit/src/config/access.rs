//! The inside of tables, lists and enums, as serde walks them.

use hostkit_grammar::{Suggestion, nearest};
use serde_core::de::value::StrDeserializer;
use serde_core::de::{DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::error::{ReadError, ReadResult};
use super::key_path::KeyPath;
use super::node_reader::NodeReader;
use super::problem::{ExpectedValue, SectionProblem, SectionProblemKind};
use super::read_pass::ReadPass;
use super::source::Source;
use super::tree::{ConfigNode, ConfigTable, normal};
use super::value::ConfigValue;

/// The keys of a table with their values.
pub(super) struct Entries<'a> {
    entries: std::vec::IntoIter<(String, Option<&'a ConfigNode>)>,
    value: Option<(KeyPath, Option<&'a ConfigNode>)>,
    path: &'a KeyPath,
    pass: &'a ReadPass,
}

impl<'a> Entries<'a> {
    /// All of them, by the names that are written.
    pub(super) fn of_all(table: &'a ConfigTable, path: &'a KeyPath, pass: &'a ReadPass) -> Self {
        let name = |key: &str, node: &ConfigNode| {
            let place = path.key(key);
            if let (true, Source::Environment(variable)) = (node.fuzzy, &node.source) {
                pass.free.borrow_mut().insert(place.clone(), variable.clone());
            }
            pass.renamed.get(&place).cloned().unwrap_or_else(|| key.to_owned())
        };
        let known = table.iter().filter(|(key, _)| !pass.wrong_keys.contains(&path.key(key)));
        let entries = known.map(|(key, node)| (name(key, node), Some(node))).collect();
        Entries::new(entries, path, pass)
    }

    /// Those that are fields, by the fields' names; the others are noted, and so are fields that nobody wrote.
    pub(super) fn of_fields(
        table: &'a ConfigTable,
        fields: &'static [&'static str],
        path: &'a KeyPath,
        pass: &'a ReadPass,
    ) -> Self {
        let field_of = |key: &str, node: &ConfigNode| {
            let same = |field: &&&str| node.fuzzy && normal(field) == key;
            fields.iter().find(|field| **field == key).or_else(|| fields.iter().find(same)).copied()
        };
        let mut entries = Vec::with_capacity(table.iter().count());
        let mut notes = pass.notes.borrow_mut();
        for (key, node) in table.iter() {
            match field_of(key, node) {
                Some(field) => entries.push((field.to_owned(), Some(node))),
                None => {
                    let nearest = nearest(key, fields.iter().copied()).map(str::to_owned);
                    let path = path.key(key);
                    let cause = SectionProblemKind::Unknown { nearest, possible: fields.to_vec() };
                    notes.unknown.insert(path.clone(), SectionProblem::new(path, Some(node), cause));
                }
            }
        }
        let given = |field: &str| entries.iter().any(|(key, _)| key == field);
        notes.fields.extend(fields.iter().map(|field| path.key(field)));
        notes.defaults.extend(fields.iter().filter(|field| !given(field)).map(|field| path.key(field)));
        drop(notes);
        Entries::new(entries, path, pass)
    }

    /// What is stood in for comes last, and what was refused most often last of all: what else is wrong is found before.
    fn new(
        mut entries: Vec<(String, Option<&'a ConfigNode>)>,
        path: &'a KeyPath,
        pass: &'a ReadPass,
    ) -> Self {
        for (field, _) in pass.stood_in_for(path) {
            match entries.iter().position(|(key, _)| *key == field) {
                Some(at) => {
                    let entry = entries.remove(at);
                    entries.push(entry);
                }
                None => entries.push((field, None)),
            }
        }
        Entries { entries: entries.into_iter(), value: None, path, pass }
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> ReadResult<Option<K::Value>> {
        let Some((key, node)) = self.entries.next() else { return Ok(None) };
        let path = self.path.key(&key);
        // A key is text without a type: a map may have numbers or words for keys.
        let fuzzy = node.is_some_and(|node| node.fuzzy);
        let written = ConfigNode {
            fuzzy,
            ..ConfigNode::new(ConfigValue::Plain(key.clone().into()), Source::Set(String::new()))
        };
        let read =
            seed.deserialize(NodeReader { node: &written, path: &path, pass: self.pass, is_key: true });
        let read = read.map_err(|error| {
            let (_, cause) = error.into_parts();
            ReadError::from(wrong_key(&key, cause, self.pass.last_enum.get())).at(&path)
        })?;
        self.value = Some((path, node));
        Ok(Some(read))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> ReadResult<V::Value> {
        match self.value.take() {
            Some((path, node)) => self.pass.read(seed, node, &path),
            None => Err(SectionProblemKind::Said("a value was asked for before its key".into()).into()),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// A key that its type does not take; one of an enum is told like a field that there is not.
fn wrong_key(key: &str, cause: SectionProblemKind, of: &str) -> SectionProblemKind {
    let (says, help) = match cause {
        SectionProblemKind::Wanted(wanted) => (format!("invalid key: expected {wanted}"), None),
        SectionProblemKind::Said(says) => (format!("invalid key: {says}"), None),
        SectionProblemKind::Unread(why) => (format!("invalid key: {}", why.what), Some(why.help)),
        SectionProblemKind::Word(words) => {
            let possible: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
            let near = words.iter().find(|word| normal(word) == normal(key)).copied();
            let near = near.or_else(|| nearest(key, words.iter().copied()));
            let help = Suggestion::new(near).among(&possible.join(", "));
            (format!("`{key}` is not a `{of}`"), Some(help))
        }
        _ => ("invalid key".to_owned(), None),
    };
    SectionProblemKind::Key { says, help }
}

/// The elements of a list.
pub(super) struct Elements<'a> {
    elements: std::iter::Enumerate<std::slice::Iter<'a, ConfigNode>>,
    path: &'a KeyPath,
    pass: &'a ReadPass,
}

impl<'a> Elements<'a> {
    pub(super) fn of(list: &'a [ConfigNode], path: &'a KeyPath, pass: &'a ReadPass) -> Self {
        Elements { elements: list.iter().enumerate(), path, pass }
    }

    pub(super) fn left(&self) -> usize {
        self.elements.len()
    }
}

impl<'de> SeqAccess<'de> for &mut Elements<'_> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> ReadResult<Option<T::Value>> {
        match self.elements.next() {
            Some((index, node)) => self.pass.read(seed, Some(node), &self.path.at(index)).map(Some),
            None => Ok(None),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.elements.len())
    }
}

/// A variant: a word, or a key with what belongs to it.
pub(super) struct VariantReader<'a> {
    word: String,
    content: Option<&'a ConfigNode>,
    path: KeyPath,
    pass: &'a ReadPass,
}

impl<'a> VariantReader<'a> {
    pub(super) fn alone(word: &str, path: &KeyPath, pass: &'a ReadPass) -> Self {
        VariantReader { word: word.to_owned(), content: None, path: path.clone(), pass }
    }

    pub(super) fn with(
        key: &str,
        node: &'a ConfigNode,
        words: &[&'static str],
        path: &KeyPath,
        pass: &'a ReadPass,
    ) -> Self {
        let same = words.iter().find(|word| **word == key || (node.fuzzy && normal(word) == key));
        let word = same.copied().unwrap_or(key).to_owned();
        VariantReader { path: path.key(&word), word, content: Some(node), pass }
    }

    fn content(&self) -> ReadResult<NodeReader<'_>> {
        match self.content {
            Some(node) => Ok(NodeReader { node, path: &self.path, pass: self.pass, is_key: false }),
            None => {
                let wanted = format!("a table such as `{{ {} = … }}`", self.word);
                Err(ReadError::wanted(ExpectedValue::Other(wanted)))
            }
        }
    }
}

impl<'a, 'de> EnumAccess<'de> for VariantReader<'a> {
    type Error = ReadError;
    type Variant = VariantReader<'a>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> ReadResult<(V::Value, VariantReader<'a>)> {
        Ok((seed.deserialize(StrDeserializer::<ReadError>::new(&self.word))?, self))
    }
}

impl<'de> VariantAccess<'de> for VariantReader<'_> {
    type Error = ReadError;

    fn unit_variant(self) -> ReadResult<()> {
        match self.content.map(ConfigNode::table) {
            None => Ok(()),
            Some(Some(table)) if table.is_empty() => Ok(()),
            Some(_) => Err(ReadError::wanted(ExpectedValue::Nothing).at(&self.path)),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> ReadResult<T::Value> {
        self.content()?;
        self.pass.read(seed, self.content, &self.path)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> ReadResult<V::Value> {
        self.content()?.list(visitor).map_err(|error| error.at(&self.path))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> ReadResult<V::Value> {
        self.content()?.by_fields(fields, visitor).map_err(|error| error.at(&self.path))
    }
}
