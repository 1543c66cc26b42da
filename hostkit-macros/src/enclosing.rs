//! Whether an annotated function stands directly in an `impl` block or in a trait.
//!
//! An attribute sees its own item and nothing around it, and what it writes beside the item is no valid member of a block. So
//! this reads the file that the item is in. It errs on one side only: a function that it does not find is taken for a free one.

use crate::function::has_word;
use hostkit_grammar::Attribute;
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};

/// The block that a function is a member of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Enclosing {
    Impl,
    Trait,
}

/// The block around the function of this name below this attribute, if every function that fits is in one.
pub(crate) fn block(attribute: Attribute, name: &Ident) -> Option<Enclosing> {
    let attribute_span = Span::call_site().unwrap();
    // Members are indented: nearly every attribute is decided here, and no file is read.
    if attribute_span.column() == 1 {
        return None;
    }
    let text = std::fs::read_to_string(attribute_span.local_file()?).ok()?;
    search(text.parse().ok()?, &attribute.to_string(), &name.to_string())
}

/// `attribute` is written as `#[name]`.
fn search(file: TokenStream, attribute: &str, name: &str) -> Option<Enclosing> {
    let mut found = Vec::new();
    let attribute = attribute.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    Search { attribute, name }.visit(file, None, &mut found);
    let (first, rest) = found.split_first()?;
    rest.iter().all(Option::is_some).then_some(*first)?
}

struct Search<'a> {
    attribute: &'a str,
    name: &'a str,
}

impl Search<'_> {
    /// Notes for each function that fits what encloses it. An item ends at `;` and at a group in braces.
    fn visit(&self, tokens: TokenStream, around: Option<Enclosing>, found: &mut Vec<Option<Enclosing>>) {
        let (mut keyword, mut is_annotated) = (None, false);
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(word) if word == "fn" => {
                    keyword.get_or_insert("fn");
                    let is_named = matches!(tokens.peek(), Some(TokenTree::Ident(next)) if next == self.name);
                    if is_annotated && is_named {
                        found.push(around);
                    }
                }
                TokenTree::Ident(word) if word == "impl" => drop(keyword.get_or_insert("impl")),
                TokenTree::Ident(word) if word == "trait" => drop(keyword.get_or_insert("trait")),
                TokenTree::Punct(punct) if punct.as_char() == ';' => (keyword, is_annotated) = (None, false),
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    let inside = match keyword {
                        Some("impl") => Some(Enclosing::Impl),
                        Some("trait") => Some(Enclosing::Trait),
                        _ => None,
                    };
                    self.visit(group.stream(), inside, found);
                    (keyword, is_annotated) = (None, false);
                }
                TokenTree::Group(group) => {
                    is_annotated |=
                        group.delimiter() == Delimiter::Bracket && has_word(&group, self.attribute);
                    self.visit(group.stream(), None, found);
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(file: &str, name: &str) -> Option<Enclosing> {
        search(file.parse().expect("tokens"), "#[timed]", name)
    }

    #[test]
    fn members_are_told_from_free_functions() {
        let file = r##"
            #[timed(every = "1s")] fn free() -> impl Send {}
            impl Pump { const A: u8 = { 1 }; #[timed(every = "1s")] pub async fn member() { #[timed] fn inner() {} } }
            unsafe impl<T: Fn()> Job for Pump where T: Send { #[hostkit::timed] fn of_trait() {} }
            pub trait Job: Send { #[inline] #[cfg_attr(x, timed(every = "1s"))] fn declared() {} }
            fn body() -> impl Send { #[timed] fn nested() {} impl A { fn unmarked() {} #[timed] fn marked() {} } }
            mod m { #[timed] fn in_module() {} }
            impl A { #[timed] fn twice() {} }
            #[timed] fn twice() {}
        "##;
        for name in ["free", "inner", "unmarked", "nested", "in_module", "twice", "nowhere"] {
            assert_eq!(around(file, name), None, "{name}");
        }
        for name in ["member", "of_trait", "marked"] {
            assert_eq!(around(file, name), Some(Enclosing::Impl), "{name}");
        }
        assert_eq!(around(file, "declared"), Some(Enclosing::Trait));
    }
}
