//! The attributes of an item go in; the predicate under which the compiler keeps it comes out.
//!
//! A macro sees an item before `cfg` is known, and what it writes about the item has to be there exactly where the item is.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, Meta};

/// Predicates of `cfg`, all of which hold where the item is compiled. None of them: it always is.
#[derive(Clone, Default)]
pub(crate) struct Conditions(Vec<TokenStream>);

impl Conditions {
    /// Those of `#[cfg(…)]`, and of the `cfg` in `#[cfg_attr(…, cfg(…))]`.
    pub(crate) fn of(attributes: &[Attribute]) -> Self {
        Self(attributes.iter().filter_map(of_attribute).collect())
    }

    /// Where none of these holds; `None` if one of them always does.
    pub(crate) fn none_of<'c>(all: impl IntoIterator<Item = &'c Conditions>) -> Option<Self> {
        let mut any = Vec::new();
        for conditions in all {
            any.push(conditions.all()?);
        }
        Some(Self(if any.is_empty() { Vec::new() } else { vec![quote!(not(any(#(#any),*)))] }))
    }

    /// As one predicate; `None` if it always holds.
    pub(crate) fn all(&self) -> Option<TokenStream> {
        let Self(all) = self;
        match &**all {
            [] => None,
            [one] => Some(one.clone()),
            several => Some(quote!(all(#(#several),*))),
        }
    }

    pub(crate) fn and(&self, others: &Conditions) -> Self {
        let mut all = self.clone();
        all.0.extend(others.0.iter().filter(|other| !self.has(other)).cloned());
        all
    }

    /// And not those.
    pub(crate) fn and_not(&self, others: &Conditions) -> Self {
        let not = others.all().map_or_else(|| quote!(any()), |all| quote!(not(#all)));
        self.and(&Self(vec![not]))
    }

    /// Whether these hold wherever the others do.
    pub(crate) fn hold_with(&self, others: &Conditions) -> bool {
        self.0.iter().all(|condition| others.has(condition))
    }

    fn has(&self, wanted: &TokenStream) -> bool {
        let wanted = wanted.to_string();
        self.0.iter().any(|condition| condition.to_string() == wanted)
    }
}

/// `#[cfg(…)]`, or nothing.
impl ToTokens for Conditions {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        if let Some(all) = self.all() {
            quote!(#[cfg(#all)]).to_tokens(tokens);
        }
    }
}

fn of_attribute(attribute: &Attribute) -> Option<TokenStream> {
    let Meta::List(list) = &attribute.meta else { return None };
    if list.path.is_ident("cfg") {
        return Some(list.tokens.clone());
    }
    list.path.is_ident("cfg_attr").then(|| of_cfg_attr(list.tokens.clone()))?
}

/// `x, allow(…), cfg(y)` keeps the item where `x` does not hold, or `y` does.
fn of_cfg_attr(tokens: TokenStream) -> Option<TokenStream> {
    let mut parts = parts(tokens).into_iter();
    let when = parts.next()?;
    let kept: Vec<TokenStream> = parts.filter_map(of_part).collect();
    (!kept.is_empty()).then(|| quote!(any(not(#when), all(#(#kept),*))))
}

fn of_part(part: TokenStream) -> Option<TokenStream> {
    let mut tokens = part.into_iter();
    match (tokens.next()?, tokens.next()?) {
        (TokenTree::Ident(name), TokenTree::Group(group)) if name == "cfg" => Some(group.stream()),
        (TokenTree::Ident(name), TokenTree::Group(group)) if name == "cfg_attr" => {
            of_cfg_attr(group.stream())
        }
        _ => None,
    }
}

/// What stands between the commas.
fn parts(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => parts.push(TokenStream::new()),
            _ => parts.last_mut().expect("there is always a part").extend([token]),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse::Parser;

    fn of(text: &str) -> String {
        let attributes = Attribute::parse_outer.parse_str(text).expect("attributes");
        Conditions::of(&attributes).all().map_or_else(String::new, |all| all.to_string().replace(' ', ""))
    }

    #[test]
    fn every_way_to_write_a_condition_is_read() {
        for (written, read) in [
            ("#[doc = \"x\"]", ""),
            ("#[cfg(unix)]", "unix"),
            ("#[cfg(unix)] #[inline] #[cfg(not(test))]", "all(unix,not(test))"),
            ("#[cfg_attr(unix, inline)]", ""),
            ("#[cfg_attr(a, cfg(b))]", "any(not(a),all(b))"),
            (
                "#[cfg_attr(all(a, b), inline, cfg(c), cfg_attr(d, cfg(e)),)]",
                "any(not(all(a,b)),all(c,any(not(d),all(e))))",
            ),
        ] {
            assert_eq!(of(written), read, "{written}");
        }
    }

    #[test]
    fn conditions_are_put_together() {
        let of = |text: &str| Conditions::of(&Attribute::parse_outer.parse_str(text).expect("attributes"));
        let text = |conditions: &Conditions| conditions.all().map(|all| all.to_string().replace(' ', ""));
        let (unix, test) = (of("#[cfg(unix)]"), of("#[cfg(test)]"));
        assert_eq!(text(&unix.and(&test).and(&unix)).as_deref(), Some("all(unix,test)"));
        assert_eq!(text(&unix.and_not(&test)).as_deref(), Some("all(unix,not(test))"));
        assert!(Conditions::default().hold_with(&unix) && unix.hold_with(&unix.and(&test)));
        assert!(!unix.hold_with(&test) && !unix.hold_with(&Conditions::default()));
        assert_eq!(
            text(&Conditions::none_of([&unix, &test]).expect("some")).as_deref(),
            Some("not(any(unix,test))")
        );
        assert!(Conditions::none_of([&unix, &Conditions::default()]).is_none());
        assert!(text(&Conditions::none_of([]).expect("some")).is_none());
    }
}
