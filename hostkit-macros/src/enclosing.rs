//! Whether an annotated function stands directly in an `impl` block or in a trait.
//!
//! An attribute sees its own item and nothing around it, and what it writes beside the item is no valid member of a block. So
//! this reads the file as far as the function, and looks which braces are open there. It errs on one side only: a function that
//! it does not find is taken for a free one.

use proc_macro2::Span;
use syn::Signature;

/// The block that a function is a member of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Enclosing {
    Impl,
    Trait,
}

/// The block around this function. Where a `macro_rules` writes it, its `fn` stands in the macro, and a name that was passed
/// stands at the invocation.
pub(crate) fn block(signature: &Signature) -> Option<Enclosing> {
    [signature.fn_token.span, signature.ident.span()].into_iter().find_map(around)
}

fn around(span: Span) -> Option<Enclosing> {
    let span = span.unwrap();
    let text = std::fs::read_to_string(span.local_file()?).ok()?;
    let line: usize = text.split_inclusive('\n').take(span.line() - 1).map(str::len).sum();
    let (column, _) = text[line..].char_indices().nth(span.column() - 1)?;
    let before = &text[..line + column];
    // Most files of services have neither.
    if before.contains("impl") || before.contains("trait") { block_at_end(before) } else { None }
}

/// An open delimiter.
struct Open {
    block: Option<Enclosing>,
    /// It begins what a macro is invoked with, which is mostly passed on as it is.
    is_invocation: bool,
    /// What the item is that it stands in, as far as that was read.
    item: Option<OpenItem>,
}

/// The first keyword of an item that can hold one of these.
#[derive(Clone, Copy)]
enum OpenItem {
    Function,
    Block(Enclosing),
}

/// The block that is open at the end of the text, without another item's braces within it.
fn block_at_end(text: &str) -> Option<Enclosing> {
    let mut open: Vec<Open> = Vec::new();
    let mut item = None;
    let mut follows_bang = false;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let mut length = first.len_utf8();
        let mut is_blank = false;
        match first {
            '/' if rest.starts_with("//") => (length, is_blank) = (line_comment(rest), true),
            '/' if rest.starts_with("/*") => (length, is_blank) = (block_comment(rest), true),
            '"' => length = escaped(rest, '"'),
            '\'' => length = letter_or_lifetime(rest),
            '(' | '[' | '{' => {
                let block = match item {
                    Some(OpenItem::Block(block)) if first == '{' => Some(block),
                    _ => None,
                };
                open.push(Open { block, is_invocation: follows_bang, item });
                item = None;
            }
            ')' | ']' => item = open.pop().and_then(|open| open.item),
            '}' => {
                open.pop();
                item = None;
            }
            ';' => item = None,
            _ if first.is_alphanumeric() || first == '_' => {
                let word = word(rest);
                length = word.len() + raw_string(word, &rest[word.len()..]);
                let keyword = match word {
                    "fn" => Some(OpenItem::Function),
                    "impl" => Some(OpenItem::Block(Enclosing::Impl)),
                    "trait" => Some(OpenItem::Block(Enclosing::Trait)),
                    _ => None,
                };
                item = item.or(keyword);
            }
            _ => is_blank = first.is_whitespace(),
        }
        if !is_blank {
            follows_bang = first == '!';
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    open.iter().rev().find(|open| !open.is_invocation)?.block
}

fn line_comment(rest: &str) -> usize {
    rest.find('\n').unwrap_or(rest.len())
}

/// They nest.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match &rest.as_bytes()[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] if depth == 1 => return at + 2,
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    rest.len()
}

/// From one quote to the next without a backslash before it.
fn escaped(rest: &str, quote: char) -> usize {
    let mut is_escaped = false;
    let end = rest.char_indices().skip(1).find(|(_, letter)| {
        let ends = *letter == quote && !is_escaped;
        is_escaped = *letter == '\\' && !is_escaped;
        ends
    });
    end.map_or(rest.len(), |(at, _)| at + 1)
}

/// `'a'`, or the quote of `'a`.
fn letter_or_lifetime(rest: &str) -> usize {
    let mut letters = rest.chars().skip(1);
    match (letters.next(), letters.next()) {
        (Some('\\'), _) | (_, Some('\'')) => escaped(rest, '\''),
        _ => 1,
    }
}

/// An identifier, a keyword or a number; `r#fn` is the first.
fn word(rest: &str) -> &str {
    let begin = match rest.strip_prefix("r#") {
        Some(raw) if raw.starts_with(|c: char| c.is_alphabetic() || c == '_') => 2,
        _ => 0,
    };
    let end = rest[begin..].find(|c: char| !c.is_alphanumeric() && c != '_');
    &rest[..end.map_or(rest.len(), |end| begin + end)]
}

/// The rest of a raw string, if the word is what one begins with.
fn raw_string(word: &str, rest: &str) -> usize {
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    if !matches!(word, "r" | "br" | "cr") || !rest[hashes..].starts_with('"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let begin = hashes + 1;
    rest[begin..].find(&end).map_or(rest.len(), |at| begin + at + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is around each `§`.
    fn around(text: &str) -> Vec<Option<Enclosing>> {
        let marks = text.match_indices('§').map(|(at, _)| at);
        marks.map(|at| block_at_end(&text[..at].replace('§', ""))).collect()
    }

    #[test]
    fn members_are_told_from_free_functions() {
        for free in [
            "§",
            "impl A { fn f() {} } §",
            "impl A { fn f() { § } }",
            "impl A { const A: u8 = { § 1 }; }",
            "impl A { fn f() { macro_rules! m { () => { § } } } }",
            "fn body() -> impl Send { § }",
            "fn f(g: impl Fn()) { § }",
            "mod m { § } mod n { use a::{b}; § }",
            "trait T { fn f() { § } } struct S { § }",
            "type F = impl Send; mod m { § }",
            "// impl A {\n§ /* impl A { /* */ { */ § \"impl A {\" § r#\"impl \" A {\"# § b\"\\\"impl {\" §",
            "const C: char = '{'; const D: char = '\\''; fn f<'impl_>() { § }",
            "fn r#impl() { § } mod r#trait { § }",
            "macro_rules! m { ($n:ident) => { § } }",
        ] {
            assert!(around(free).iter().all(Option::is_none), "{free}: {:?}", around(free));
        }
        for member in [
            "impl A { §",
            "impl A { const A: u8 = { 1 }; § #[timed(every = \"1s\")] § fn f() {} § }",
            "unsafe impl<T: Fn() -> [u8; 2]> Job<'_> for Pump where T: Send { §",
            "fn body() { impl A { fn f() {} § } }",
            "impl A { m! { § } m!(§); m![fn f() {} §]; }",
            "macro_rules! m { ($n:ident) => { impl A { § } } }",
            "impl A {\n// }\n/* } */ const B: &str = \"}\"; const C: char = '}'; const D: &str = r##\"}\"# }\"##; §",
            "impl A { fn f<'a>(a: &'a str) -> &'a str { a } § }",
        ] {
            assert!(around(member).iter().all(|block| *block == Some(Enclosing::Impl)), "{member}");
        }
        assert_eq!(around("pub trait Job: Send { §"), [Some(Enclosing::Trait)]);
    }
}
