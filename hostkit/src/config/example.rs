//! A wrong value and what is wanted of it in, values that may be right out: what was probably meant first. None of them is
//! told before it was tried.

use hostkit_grammar as grammar;

use super::fault::{Cause, Wanted};
use super::tree::{Node, written};
use super::value::Value;

/// Whether it says in another way what is written, so that it was meant whatever a rule may say of it.
pub(super) fn is_meant(example: &str, value: &Value) -> bool {
    let bare = example.trim_matches('"');
    match value {
        _ if example.starts_with('[') => true,
        Value::Text(text) | Value::Plain(text) => {
            let digits = text.trim().replace(['_', ','], "");
            let digits = digits.trim_start_matches('0');
            let flags = ["true", "yes", "on", "1", "y", "false", "no", "off", "0", "n"];
            let is_flag = matches!(bare, "true" | "false") && flags.contains(&&*text.trim().to_lowercase());
            is_flag
                || (!text.trim().is_empty()
                    && (digits == bare || text.trim() == bare || (digits.is_empty() && bare == "0")))
        }
        Value::Integer(0 | 1) if matches!(example, "true" | "false") => true,
        value => scalar(value).is_some_and(|text| bare.starts_with(&text)),
    }
}

/// As a file would say them.
pub(super) fn examples(cause: &Cause, value: Option<&Value>) -> Vec<String> {
    let text = match value {
        Some(Value::Text(text) | Value::Plain(text)) => Some(text.trim()),
        _ => None,
    };
    let fixed = |text: &str| vec![text.to_owned()];
    let quoted = |text: &str| format!("{text:?}");
    let wanted = match cause {
        Cause::Wanted(wanted) => wanted,
        Cause::Word(words) => {
            let near = text.and_then(|text| grammar::nearest(text, words.iter().copied()));
            let all = value.is_some().then_some(words).into_iter().flat_map(|words| words.iter().copied());
            return near.into_iter().chain(all).map(quoted).collect();
        }
        _ => return Vec::new(),
    };
    match wanted {
        Wanted::Whole(least, most) => {
            let begins = |text: &str| {
                text[..text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())].parse().ok()
            };
            let number = text.and_then(|text| text.replace(['_', ','], "").parse::<i128>().ok());
            let number = number.or_else(|| text.and_then(begins));
            let fits = |number: &i128| {
                number >= least && u128::try_from(*number).map_or(*number < 0, |number| number <= *most)
            };
            let whole = match value {
                Some(Value::Float(number)) if number.fract() == 0.0 => Some(*number as i128),
                _ => number,
            };
            [whole, Some(1), Some(*least)]
                .into_iter()
                .flatten()
                .filter(fits)
                .map(|number| number.to_string())
                .collect()
        }
        Wanted::Number => {
            let number = text.and_then(|text| text.replace(',', ".").parse::<f64>().ok());
            number.into_iter().chain([0.5, 1.0]).map(|number| number.to_string()).collect()
        }
        Wanted::Flag => match (text.map(str::to_lowercase).as_deref(), value) {
            (Some("false" | "no" | "off" | "0" | "n"), _) | (_, Some(Value::Integer(0))) => fixed("false"),
            _ => fixed("true"),
        },
        Wanted::Letter => fixed("\"a\""),
        Wanted::Text => match value {
            Some(Value::Integer(number)) => vec![format!("\"{number}\"")],
            Some(Value::Float(number)) => vec![format!("\"{number}\"")],
            Some(Value::Huge(number)) => vec![format!("\"{number}\"")],
            Some(Value::Flag(flag)) => vec![format!("\"{flag}\"")],
            _ => fixed("\"text\""),
        },
        Wanted::List => lists(value),
        Wanted::Table => fixed("{}"),
        Wanted::Duration => match value {
            Some(Value::Integer(number)) if *number >= 0 => {
                vec![format!("\"{number}s\""), "\"10s\"".to_owned()]
            }
            _ => fixed("\"10s\""),
        },
        Wanted::Size => match value {
            Some(Value::Integer(number)) if *number >= 0 => {
                vec![format!("\"{number}B\""), "\"16MiB\"".to_owned()]
            }
            _ => fixed("\"16MiB\""),
        },
        Wanted::Nothing | Wanted::Other(_) => Vec::new(),
    }
}

/// A list of what stands there without brackets, between commas, or under `__0`, `__1`.
fn lists(value: Option<&Value>) -> Vec<String> {
    let words: Vec<String> = match value {
        Some(Value::Text(text) | Value::Plain(text)) => {
            let inner = text.trim().trim_start_matches('[').trim_end_matches(']');
            let words = inner.split(',').map(|word| word.trim().trim_matches(['"', '\'']));
            words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
        }
        Some(Value::Table(table)) => {
            let mut numbered: Vec<(usize, &Node)> = Vec::new();
            for (key, node) in table.iter() {
                match key.parse() {
                    Ok(number) => numbered.push((number, node)),
                    Err(_) => return vec!["[]".to_owned()],
                }
            }
            numbered.sort_by_key(|(number, _)| *number);
            numbered.into_iter().filter_map(|(_, node)| scalar(&node.value)).collect()
        }
        Some(value) => scalar(value).into_iter().collect(),
        None => return Vec::new(),
    };
    let is_bare = |word: &str| word.parse::<f64>().is_ok() || matches!(word, "true" | "false");
    let bare = words.iter().map(|word| if is_bare(word) { word.clone() } else { format!("{word:?}") });
    let bare = format!("[{}]", bare.collect::<Vec<_>>().join(", "));
    let mut lists = vec![bare, format!("{words:?}"), "[]".to_owned()];
    lists.dedup();
    lists
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) | Value::Plain(text) | Value::Date(text) | Value::Huge(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Flag(flag) => Some(flag.to_string()),
        Value::List(_) | Value::Table(_) => None,
    }
}

/// The value as one line of TOML, if it is short enough to be repeated.
pub(super) fn in_one_line(value: &Value) -> Option<String> {
    const LONGEST: usize = 120;
    let text = match value {
        Value::Text(text) | Value::Plain(text) => {
            Some(format!("{text:?}")).filter(|text| !text.contains("\\u{"))?
        }
        Value::List(list) => {
            let list = list.iter().map(|node| in_one_line(&node.value)).collect::<Option<Vec<_>>>()?;
            format!("[{}]", list.join(", "))
        }
        Value::Table(table) => {
            let pairs = table
                .iter()
                .map(|(key, node)| Some(format!("{} = {}", written(&[key]), in_one_line(&node.value)?)));
            let pairs = pairs.collect::<Option<Vec<_>>>()?;
            if pairs.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", pairs.join(", ")) }
        }
        other => scalar(other)?,
    };
    (text.chars().count() <= LONGEST).then_some(text)
}
