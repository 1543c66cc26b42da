//! Answers whatever type is asked for: it takes the place of a value that is wrong or missing, so that reading goes on and
//! finds what else is wrong. What is read with it is thrown away.

use serde_core::de::value::StrDeserializer;
use serde_core::de::{
    DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::byte_size::BYTE_SIZE;
use super::error::{ReadError, ReadResult};
use super::key_path::KeyPath;
use super::problem::SectionProblemKind;
use super::read_pass::ReadPass;
use super::secret::SECRET;

/// Texts that types with a rule of their own may take, one after the other.
const TEXTS: [&str; 9] =
    ["", "0", "a", "/", "127.0.0.1", "127.0.0.1:80", "http://a/", "2000-01-01T00:00:00Z", "2000-01-01"];
/// No type of a configuration has more values within each other.
const DEEPEST: usize = 64;
/// No tuple of a configuration is longer.
const LONGEST: usize = 4096;
/// So many answers are tried for one value.
pub(super) const TURNS: usize = TEXTS.len();

#[derive(Clone, Copy)]
pub(super) struct Placeholder<'a> {
    pub(super) turn: usize,
    /// How many it is within.
    pub(super) depth: usize,
    pub(super) path: &'a KeyPath,
    pub(super) pass: &'a ReadPass,
}

impl Placeholder<'_> {
    /// What is within it: a type that holds itself has no end, and this way of standing in for it comes to nothing.
    fn within(self) -> ReadResult<Self> {
        if self.depth < DEEPEST {
            Ok(Placeholder { depth: self.depth + 1, ..self })
        } else {
            Err(SectionProblemKind::Said("it holds itself".into()).into())
        }
    }

    fn number(&self) -> u8 {
        u8::from(self.turn > 0)
    }

    fn text(&self) -> &'static str {
        TEXTS[self.turn.min(TURNS - 1)]
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
            visitor.$visit(self.number().into())
        }
    )*};
}

impl<'de> Deserializer<'de> for Placeholder<'_> {
    type Error = ReadError;

    numbers! {
        deserialize_u8 visit_u8; deserialize_u16 visit_u16; deserialize_u32 visit_u32; deserialize_u64 visit_u64;
        deserialize_u128 visit_u128; deserialize_i16 visit_i16; deserialize_i32 visit_i32; deserialize_i64 visit_i64;
        deserialize_i128 visit_i128; deserialize_f32 visit_f32; deserialize_f64 visit_f64;
    }

    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        visitor.visit_i8(i8::from(self.turn > 0))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        visitor.visit_bool(self.turn > 0)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        visitor.visit_char('a')
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        visitor.visit_str(self.text())
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        match self.turn {
            0 => visitor.visit_unit(),
            1 => visitor.visit_u64(0),
            2 => visitor.visit_bool(false),
            3 => visitor.visit_map(PlaceholderItems { of: self, left: 0 }),
            4 => visitor.visit_seq(PlaceholderItems { of: self, left: 0 }),
            _ => visitor.visit_str(self.text()),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        visitor.visit_bytes(&[])
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        visitor.visit_bytes(&[])
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> ReadResult<V::Value> {
        match name {
            SECRET => self.pass.meets_secret(self.path),
            BYTE_SIZE => return visitor.visit_str("0B"),
            _ => {}
        }
        visitor.visit_newtype_struct(self.within()?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        visitor.visit_seq(PlaceholderItems { of: self, left: 0 })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> ReadResult<V::Value> {
        visitor.visit_seq(PlaceholderItems { of: self, left: len.min(LONGEST) })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> ReadResult<V::Value> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        visitor.visit_map(PlaceholderItems { of: self, left: 0 })
    }

    /// As its fields in a row, of which it takes no more than it names.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> ReadResult<V::Value> {
        visitor.visit_seq(PlaceholderItems { of: self, left: fields.len() })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> ReadResult<V::Value> {
        match words {
            [] => Err(SectionProblemKind::Word(words).into()),
            words => {
                visitor.visit_enum(PlaceholderVariant { of: self, word: words[self.turn % words.len()] })
            }
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        visitor.visit_str(self.text())
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        visitor.visit_str(self.text())
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> ReadResult<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        visitor.visit_unit()
    }
}

/// A list or a table of stand-ins.
struct PlaceholderItems<'a> {
    of: Placeholder<'a>,
    left: usize,
}

impl<'de> SeqAccess<'de> for PlaceholderItems<'_> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> ReadResult<Option<T::Value>> {
        match self.left.checked_sub(1) {
            None => Ok(None),
            Some(left) => {
                self.left = left;
                seed.deserialize(self.of.within()?).map(Some)
            }
        }
    }
}

/// Always empty: a stand-in knows no keys.
impl<'de> MapAccess<'de> for PlaceholderItems<'_> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, _: K) -> ReadResult<Option<K::Value>> {
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> ReadResult<V::Value> {
        seed.deserialize(self.of)
    }
}

struct PlaceholderVariant<'a> {
    of: Placeholder<'a>,
    word: &'static str,
}

impl<'a, 'de> EnumAccess<'de> for PlaceholderVariant<'a> {
    type Error = ReadError;
    type Variant = Placeholder<'a>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> ReadResult<(V::Value, Placeholder<'a>)> {
        Ok((seed.deserialize(StrDeserializer::<ReadError>::new(self.word))?, self.of))
    }
}

impl<'de> VariantAccess<'de> for Placeholder<'_> {
    type Error = ReadError;

    fn unit_variant(self) -> ReadResult<()> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> ReadResult<T::Value> {
        seed.deserialize(self.within()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> ReadResult<V::Value> {
        self.deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> ReadResult<V::Value> {
        self.deserialize_struct("", fields, visitor)
    }
}
