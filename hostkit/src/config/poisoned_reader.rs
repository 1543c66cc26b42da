//! A value that no type can be: where a read succeeds with it nevertheless, nobody has looked at it.

use serde_core::de::{Deserializer, Visitor};
use serde_core::forward_to_deserialize_any;

use super::error::{ReadError, ReadResult};
use super::read_pass::ReadPass;

#[derive(Clone, Copy)]
pub(super) struct PoisonedReader<'a>(pub(super) &'a ReadPass);

/// No text, no number, no list, no table.
const BYTES: [u8; 1] = [0xff];

macro_rules! typed {
    ($($method:ident ($($argument:ident: $of:ty),*);)*) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $of,)* visitor: V) -> ReadResult<V::Value> {
            $(let _ = $argument;)*
            self.0.poisoned_by_type.set(true);
            visitor.visit_byte_buf(BYTES.to_vec())
        }
    )*};
}

impl<'de> Deserializer<'de> for PoisonedReader<'_> {
    type Error = ReadError;

    /// Into a buffer of serde's: who reads it from there is not seen.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> ReadResult<V::Value> {
        visitor.visit_byte_buf(BYTES.to_vec())
    }

    forward_to_deserialize_any! { ignored_any identifier }

    typed! {
        deserialize_bool(); deserialize_char(); deserialize_str(); deserialize_string(); deserialize_bytes();
        deserialize_byte_buf(); deserialize_option(); deserialize_unit(); deserialize_seq(); deserialize_map();
        deserialize_u8(); deserialize_u16(); deserialize_u32(); deserialize_u64(); deserialize_u128();
        deserialize_i8(); deserialize_i16(); deserialize_i32(); deserialize_i64(); deserialize_i128();
        deserialize_f32(); deserialize_f64(); deserialize_unit_struct(name: &'static str);
        deserialize_newtype_struct(name: &'static str); deserialize_tuple(length: usize);
        deserialize_tuple_struct(name: &'static str, length: usize);
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
        deserialize_enum(name: &'static str, words: &'static [&'static str]);
    }
}
