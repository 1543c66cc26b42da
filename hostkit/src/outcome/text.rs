//! Text from outside (errors, panics, names, values): bounded before it is kept, escaped before it is shown.

use std::fmt::{self, Display, Write};

use crate::sync::catch_panic;

/// Beyond this many bytes the writer is told to give up.
const ENDLESS: usize = 64 << 20;

/// What `value` shows, cut after `most` bytes with a word about how much there was; nothing if it panics.
pub(crate) fn bounded(value: &dyn Display, most: usize) -> Option<String> {
    let mut text = BoundedWriter { kept: String::new(), total: 0, most };
    catch_panic(|| {
        let _ = write!(text, "{value}"); // an error of a `Display` says no more than the text before it
    })
    .ok()?;
    let BoundedWriter { mut kept, total, .. } = text;
    if total > kept.len() {
        kept += &format!("… ({})", size(total));
    }
    Some(kept)
}

/// So many bytes of a text at most, whole characters.
pub(crate) fn start(text: &str, most: usize) -> &str {
    let cut = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    &text[..cut.unwrap_or(0)]
}

struct BoundedWriter {
    kept: String,
    total: usize,
    most: usize,
}

impl Write for BoundedWriter {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.total == self.kept.len() {
            let room = self.most - self.kept.len();
            self.kept.push_str(start(text, room));
        }
        self.total = self.total.saturating_add(text.len());
        if self.total > ENDLESS { Err(fmt::Error) } else { Ok(()) }
    }
}

fn size(bytes: usize) -> String {
    match bytes {
        _ if bytes > ENDLESS => format!("more than {} MB", ENDLESS / 1_000_000),
        1_000_000.. => format!("{} MB", bytes / 1_000_000),
        1_000.. => format!("{} kB", bytes / 1_000),
        _ => format!("{bytes} bytes"),
    }
}

/// One line, whatever is in it: control characters are written as in Rust's literals, so that no text forges a line or steers a
/// terminal. So are the characters that turn the direction of writing.
pub(crate) struct Escaped<T>(pub(crate) T);

impl<T: Display> Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(EscapingWriter(f), "{}", self.0)
    }
}

/// Writes on what comes in, escaped.
pub(crate) struct EscapingWriter<W>(pub(crate) W);

impl<W: Write> Write for EscapingWriter<W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.find(is_unsafe) {
            let (plain, from) = rest.split_at(at);
            self.0.write_str(plain)?;
            let mut chars = from.chars();
            if let Some(unsafe_one) = chars.next() {
                write!(self.0, "{}", unsafe_one.escape_default())?;
            }
            rest = chars.as_str();
        }
        self.0.write_str(rest)
    }
}

fn is_unsafe(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The last segment of each path in a type's name: `Vec<alloc::string::String>` becomes `Vec<String>`.
pub(crate) fn short(of: &str) -> String {
    let of = of.replace("{{closure}}::", "");
    let mut out = String::new();
    let mut word = String::new();
    for c in of.chars() {
        match c {
            ':' => word.clear(),
            c if c.is_alphanumeric() || c == '_' => word.push(c),
            c => {
                out.push_str(&std::mem::take(&mut word));
                out.push(c);
            }
        }
    }
    out + &word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_once_and_the_rest_is_left_alone() {
        let evil = "one\nERROR two\u{1b}[2J\r\t\u{7f}\u{9b}\u{202e}";
        let shown = Escaped(evil).to_string();
        assert_eq!(shown, "one\\nERROR two\\u{1b}[2J\\r\\t\\u{7f}\\u{9b}\\u{202e}");
        assert_eq!(Escaped(&shown).to_string(), shown);
        assert_eq!(Escaped("Grüße, \"C:\\x\" 🦀").to_string(), "Grüße, \"C:\\x\" 🦀");
    }

    #[test]
    fn long_text_is_cut_at_a_character_and_says_how_long_it_was() {
        assert_eq!(bounded(&"short", 5).as_deref(), Some("short"));
        assert_eq!(bounded(&"ü".repeat(5), 5).as_deref(), Some("üü… (10 bytes)"));
        let long = bounded(&"x".repeat(3_000_000), 8).unwrap_or_default();
        assert_eq!(long, "xxxxxxxx… (3 MB)");
    }

    #[test]
    fn text_without_an_end_and_text_that_panics_come_back() {
        struct Endless;
        impl Display for Endless {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                loop {
                    f.write_str(&"x".repeat(1 << 20))?;
                }
            }
        }
        assert_eq!(bounded(&Endless, 2).as_deref(), Some("xx… (more than 67 MB)"));
        struct Panics;
        impl Display for Panics {
            fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                panic!("no text");
            }
        }
        assert_eq!(bounded(&Panics, 2), None);
    }

    #[test]
    fn type_names_are_shortened() {
        assert_eq!(
            short("alloc::vec::Vec<(alloc::string::String, dyn my_app::a::Mailer)>"),
            "Vec<(String, dyn Mailer)>"
        );
        assert_eq!(short("u32"), "u32");
    }
}
