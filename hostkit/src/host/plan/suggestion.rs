//! A type that nobody provides and all that are provided in, those that were probably meant out. Pure: it compares names.

use hostkit_grammar::nearest;

use super::problem::Provided;
use crate::outcome::text::short;

/// So many at most.
const TOLD: usize = 3;

/// The likeliest first.
pub(crate) fn suggestions(of: &str, provided: &[Provided]) -> Vec<Provided> {
    let mut found: Vec<_> =
        provided.iter().filter_map(|provided| Some((distance(of, provided.of)?, provided))).collect();
    found.sort_by_key(|(distance, _)| *distance);
    found.into_iter().take(TOLD).map(|(_, provided)| provided.clone()).collect()
}

/// 0: the same, wrapped otherwise, or from another version of its crate. 1: of the same name, from elsewhere. 2: of a name like it.
fn distance(wanted: &str, provided: &str) -> Option<u8> {
    let (wanted, provided) = (bare(wanted), bare(provided));
    if wanted == provided {
        return Some(0);
    }
    let (wanted, provided) = (short(wanted), short(provided));
    if wanted == provided {
        return Some(1);
    }
    nearest(&wanted, [provided.as_str()]).map(|_| 2)
}

/// The type without what is often around it.
fn bare(of: &str) -> &str {
    const AROUND: [&str; 8] = ["Arc", "Box", "Rc", "Option", "Result", "Mutex", "RwLock", "Dep"];
    let inner = of.split_once('<').and_then(|(outer, rest)| {
        let outer = outer.rsplit("::").next().unwrap_or(outer);
        AROUND.contains(&outer).then(|| first(rest))
    });
    inner.map_or(of, bare)
}

/// The first of a list of types, of which the opening bracket is cut off.
fn first(list: &str) -> &str {
    let mut depth = 0;
    let end = list.find(|c| {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth -= 1,
            _ => {}
        }
        depth < 0 || (depth == 0 && c == ',')
    });
    &list[..end.unwrap_or(list.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_known_again_in_other_clothes() {
        for (wanted, provided, like) in [
            ("app::Feed", "core::option::Option<app::Feed>", Some(0)),
            ("alloc::sync::Arc<app::Feed>", "app::Feed", Some(0)),
            ("app::Feed", "core::result::Result<app::Feed, (u8, app::No)>", Some(0)),
            ("app::Feed", "alloc::sync::Arc<std::sync::poison::mutex::Mutex<app::Feed>>", Some(0)),
            ("alloc::vec::Vec<(u8, u8)>", "core::option::Option<alloc::vec::Vec<(u8, u8)>>", Some(0)),
            ("app::Feed", "app::Feed", Some(0)),
            ("app::Feed", "other::Feed", Some(1)),
            ("dyn app::Mailer", "alloc::boxed::Box<dyn mail::Mailer>", Some(1)),
            ("app::Feeds", "app::Feed", Some(2)),
            ("app::Feed", "app::Pool", None),
            ("app::Feed", "alloc::vec::Vec<app::Feed>", None),
        ] {
            assert_eq!(distance(wanted, provided), like, "{wanted} {provided}");
        }
    }
}
