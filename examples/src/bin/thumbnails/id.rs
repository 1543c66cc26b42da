//! The id of an image: 32 hexadecimal digits and nothing else, so that no id leads out of a directory.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct ImageId(u128);

/// As many as an `u128` has.
const DIGITS: usize = 32;

impl ImageId {
    /// One that no other image has.
    pub(crate) fn new() -> Self {
        ImageId(fastrand::u128(..))
    }
}

impl fmt::Display for ImageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:0DIGITS$x}", self.0)
    }
}

impl FromStr for ImageId {
    type Err = &'static str;

    /// Reads exactly what it prints, so that an image has one name.
    fn from_str(text: &str) -> Result<Self, &'static str> {
        let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let is_id = text.len() == DIGITS && text.bytes().all(is_digit);
        let number = is_id.then(|| u128::from_str_radix(text, 16).ok()).flatten();
        number.map(ImageId).ok_or("an id is 32 hexadecimal digits")
    }
}

impl From<ImageId> for String {
    fn from(id: ImageId) -> String {
        id.to_string()
    }
}

impl TryFrom<String> for ImageId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_what_it_prints_and_nothing_else() {
        let id = ImageId(0xabc);
        assert_eq!(id.to_string(), "00000000000000000000000000000abc");
        assert_eq!(id.to_string().parse(), Ok(id));
        let others = [
            "",
            "abc",
            "..",
            "../../../../../../etc/passwd",
            "00000000000000000000000000000ABC",
            "+0000000000000000000000000000abc",
            "0000000000000000000000000000abc/",
            "000000000000000000000000000000abc",
            "0000000000000000000000000000ab\u{e9}",
        ];
        for other in others {
            assert!(other.parse::<ImageId>().is_err(), "{other:?}");
        }
    }
}
