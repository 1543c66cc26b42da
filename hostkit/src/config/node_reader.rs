//! A value of the tree as serde reads it. Files are strict; text of the environment and the command line is read as the
//! field asks: for a text as it is, for anything else as TOML.

use std::borrow::Cow;

use hostkit_grammar::{bytes, duration};
use serde_core::de::value::SeqDeserializer;
use serde_core::de::{Deserializer, Visitor};

use super::access::{Elements, Entries, VariantReader};
use super::byte_size::BYTE_SIZE;
use super::error::{ReadError, ReadResult, RejectedValue};
use super::key_path::KeyPath;
use super::problem::{ExpectedValue, SectionProblemKind};
use super::read_pass::ReadPass;
use super::secret::SECRET;
use super::source::Source;
use super::tree::{ConfigNode, ConfigTable, normal};
use super::value::ConfigValue;

#[derive(Clone, Copy)]
pub(super) struct NodeReader<'a> {
    pub(super) node: &'a ConfigNode,
    pub(super) path: &'a KeyPath,
    pub(super) pass: &'a ReadPass,
    /// It is a key of a table that is read as a map.
    pub(super) is_key: bool,
}

impl NodeReader<'_> {
    /// The value, where text without a type is what TOML makes of it.
    fn typed(&self) -> Cow<'_, ConfigValue> {
        match &self.node.value {
            ConfigValue::Plain(text) => ConfigValue::parse(text, &self.node.source)
                .map_or(Cow::Borrowed(&self.node.value), Cow::Owned),
            value => Cow::Borrowed(value),
        }
    }

    fn text(&self) -> Option<&str> {
        match &self.node.value {
            ConfigValue::Text(text) | ConfigValue::Plain(text) | ConfigValue::Date(text) => Some(text),
            _ => None,
        }
    }

    /// The text for a text, which keeps every character; one that nobody can see is noted.
    fn whole_text(&self) -> Option<&str> {
        if let (ConfigValue::Plain(text), Source::Environment(variable)) =
            (&self.node.value, &self.node.source)
            && text.ends_with(['\n', '\r'])
        {
            self.pass.notes.borrow_mut().broken_off.insert(self.path.clone(), variable.clone());
        }
        self.text()
    }

    fn whole(&self, least: i128, most: u128) -> ReadResult<i128> {
        match *self.typed() {
            ConfigValue::Integer(number)
                if number >= least && u128::try_from(number).map_or(true, |number| number <= most) =>
            {
                Ok(number)
            }
            _ => Err(ReadError::wanted(ExpectedValue::Whole(least, most))),
        }
    }

    fn number(&self) -> ReadResult<f64> {
        match *self.typed() {
            ConfigValue::Float(number) => Ok(number),
            ConfigValue::Integer(number) => Ok(number as f64),
            _ => Err(ReadError::wanted(ExpectedValue::Number)),
        }
    }

    pub(super) fn table(&self) -> ReadResult<Cow<'_, ConfigTable>> {
        self.node.table().ok_or_else(|| ReadError::wanted(ExpectedValue::Table))
    }

    /// Reads the table by a struct's fields: keys that none of them has are noted.
    pub(super) fn by_fields<'de, V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> ReadResult<V::Value> {
        let table = self.table()?;
        visitor.visit_map(Entries::of_fields(&table, fields, self.path, self.pass))
    }

    /// Reads the list, all of it.
    pub(super) fn list<'de, V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        let typed = self.typed();
        let ConfigValue::List(list) = &*typed else { return Err(ReadError::wanted(ExpectedValue::List)) };
        let mut elements = Elements::of(list, self.path, self.pass);
        let value = visitor.visit_seq(&mut elements)?;
        match elements.left() {
            0 => Ok(value),
            left => {
                let taken = list.len() - left;
                Err(ReadError::wanted(ExpectedValue::Other(format!(
                    "a list of {taken}, not of {}",
                    list.len()
                ))))
            }
        }
    }
}

macro_rules! whole_numbers {
    ($($method:ident $visit:ident $type:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
            let (least, most) = ($type::MIN as i128, $type::MAX as u128);
            let number = self.whole(least, most)?;
            let number = $type::try_from(number).map_err(|_| ReadError::wanted(ExpectedValue::Whole(least, most)))?;
            visitor.$visit(number)
        }
    )*};
}

impl<'de> Deserializer<'de> for NodeReader<'_> {
    type Error = ReadError;

    whole_numbers! {
        deserialize_u8 visit_u8 u8; deserialize_u16 visit_u16 u16; deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64; deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16; deserialize_i32 visit_i32 i32; deserialize_i64 visit_i64 i64;
        deserialize_i128 visit_i128 i128;
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        if let ConfigValue::Huge(text) = &*self.typed()
            && let Ok(number) = text.parse()
        {
            return visitor.visit_u128(number);
        }
        visitor.visit_u128(self.whole(0, u128::MAX)?.unsigned_abs())
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        visitor.visit_f64(self.number()?)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        visitor.visit_f64(self.number()?)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        match *self.typed() {
            ConfigValue::Flag(flag) => visitor.visit_bool(flag),
            _ => Err(ReadError::wanted(ExpectedValue::Flag)),
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        let mut letters = self.text().unwrap_or_default().chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) => visitor.visit_char(letter),
            _ => Err(ReadError::wanted(ExpectedValue::Letter)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        match self.whole_text() {
            Some(text) => visitor.visit_str(text),
            None => Err(ReadError::wanted(ExpectedValue::Text)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        match (self.text(), &*self.typed()) {
            (_, ConfigValue::List(_)) => self.list(visitor),
            (Some(text), _) => visitor.visit_bytes(text.as_bytes()),
            _ => Err(ReadError::wanted(ExpectedValue::Text)),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, _: V) -> ReadResult<V::Value> {
        Err(ReadError::wanted(ExpectedValue::Nothing))
    }

    /// An empty table: a section that is only there.
    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> ReadResult<V::Value> {
        let table = self.table()?;
        let _noted = Entries::of_fields(&table, &[], self.path, self.pass);
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> ReadResult<V::Value> {
        match (name, &self.node.value) {
            (SECRET, _) => self.pass.meets_secret(self.path),
            (BYTE_SIZE, ConfigValue::Text(text) | ConfigValue::Plain(text)) => {
                bytes::parse(text).map_err(|problem| SectionProblemKind::Unread(problem.sentence()))?;
                return visitor.visit_str(text);
            }
            (BYTE_SIZE, _) => return Err(ReadError::wanted(ExpectedValue::Size)),
            _ => {}
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        self.list(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> ReadResult<V::Value> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> ReadResult<V::Value> {
        self.list(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        let table = self.table()?;
        visitor.visit_map(Entries::of_all(&table, self.path, self.pass))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> ReadResult<V::Value> {
        // The standard library's own, which serde would have written in seconds and nanoseconds.
        if name == "Duration" && fields == ["secs", "nanos"] && self.node.table().is_none() {
            let text = self.text().ok_or_else(|| ReadError::wanted(ExpectedValue::Duration))?;
            let duration =
                duration::parse(text).map_err(|problem| SectionProblemKind::Unread(problem.sentence()))?;
            let parts = [duration.as_secs(), u64::from(duration.subsec_nanos())];
            return visitor.visit_seq(SeqDeserializer::new(parts.into_iter()));
        }
        self.by_fields(fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> ReadResult<V::Value> {
        self.pass.last_enum.set(name);
        if let Some(table) = self.node.table() {
            let mut entries = table.iter();
            return match (entries.next(), entries.next()) {
                (Some((key, node)), None) => {
                    visitor.visit_enum(VariantReader::with(key, node, words, self.path, self.pass))
                }
                _ => Err(ReadError::wanted(ExpectedValue::Other("a table of exactly one key".into()))),
            };
        }
        match self.text() {
            Some(text) => {
                // The environment writes a key in its own way.
                let same = |word: &&&str| self.is_key && self.node.fuzzy && normal(word) == text;
                let word = words.iter().find(same).copied().unwrap_or(text);
                visitor.visit_enum(VariantReader::alone(word, self.path, self.pass))
            }
            None => Err(SectionProblemKind::Word(words).into()),
        }
    }

    /// Where serde buffers what it reads, it asks for any: text without a type is taken for what TOML would take it for, until
    /// that turns out to be wrong.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        let typed = self.typed();
        let plain = match &self.node.value {
            ConfigValue::Plain(text) => Some(text),
            _ => None,
        };
        let met = match &*typed {
            _ if self.pass.as_text.contains(self.path) => None,
            ConfigValue::Flag(flag) => Some(RejectedValue::Flag(*flag)),
            // serde's buffers have no larger numbers.
            ConfigValue::Integer(number) => {
                let fits = i64::try_from(*number).is_ok() || u64::try_from(*number).is_ok();
                fits.then_some(RejectedValue::Whole(*number))
            }
            ConfigValue::Float(number) => Some(RejectedValue::Fraction(*number)),
            ConfigValue::List(_) => Some(RejectedValue::List),
            ConfigValue::Table(_) => Some(RejectedValue::Table),
            ConfigValue::Text(_) | ConfigValue::Date(_) | ConfigValue::Plain(_) | ConfigValue::Huge(_) => {
                None
            }
        };
        match (plain, met) {
            (Some(_), Some(met)) => {
                self.pass.guessed.borrow_mut().insert(self.path.clone(), met);
            }
            (Some(text), None)
                if !matches!(&*typed, ConfigValue::Text(_)) || self.pass.as_text.contains(self.path) =>
            {
                self.whole_text();
                return visitor.visit_str(text);
            }
            _ => {}
        }
        match &*typed {
            ConfigValue::Table(table) => visitor.visit_map(Entries::of_all(table, self.path, self.pass)),
            ConfigValue::List(_) => self.list(visitor),
            ConfigValue::Text(text) | ConfigValue::Plain(text) | ConfigValue::Date(text) => {
                visitor.visit_str(text)
            }
            ConfigValue::Integer(number) => match (i64::try_from(*number), u64::try_from(*number)) {
                (Ok(number), _) => visitor.visit_i64(number),
                (_, Ok(number)) => visitor.visit_u64(number),
                _ => visitor.visit_i128(*number),
            },
            ConfigValue::Huge(_) => Err(ReadError::wanted(ExpectedValue::Other("a smaller number".into()))),
            ConfigValue::Float(number) => visitor.visit_f64(*number),
            ConfigValue::Flag(flag) => visitor.visit_bool(*flag),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        visitor.visit_unit()
    }
}
