//! A wrong value and what is wanted of it in, values that may be right out: what was probably meant first. None of them is
//! told before it was tried.

use hostkit_grammar as grammar;

use super::problem::{ExpectedValue, SectionProblemKind};
use super::tree::{ConfigNode, written};
use super::value::ConfigValue;

/// Whether it says in another way what is written, so that it was meant whatever a rule may say of it.
pub(super) fn is_meant(example: &str, value: &ConfigValue) -> bool {
    let bare = example.trim_matches('"');
    match value {
        _ if example.starts_with('[') => true,
        ConfigValue::Text(text) | ConfigValue::Plain(text) => {
            let digits = text.trim().replace(['_', ','], "");
            let digits = digits.trim_start_matches('0');
            let flags = ["true", "yes", "on", "1", "y", "false", "no", "off", "0", "n"];
            let is_flag = matches!(bare, "true" | "false") && flags.contains(&&*text.trim().to_lowercase());
            is_flag
                || (!text.trim().is_empty()
                    && (digits == bare || text.trim() == bare || (digits.is_empty() && bare == "0")))
        }
        ConfigValue::Integer(0 | 1) if matches!(example, "true" | "false") => true,
        value => scalar(value).is_some_and(|text| bare.starts_with(&text)),
    }
}

/// As a file would say them.
pub(super) fn examples(cause: &SectionProblemKind, value: Option<&ConfigValue>) -> Vec<String> {
    let text = match value {
        Some(ConfigValue::Text(text) | ConfigValue::Plain(text)) => Some(text.trim()),
        _ => None,
    };
    let fixed = |text: &str| vec![text.to_owned()];
    let quoted = |text: &str| format!("{text:?}");
    let wanted = match cause {
        SectionProblemKind::Wanted(wanted) => wanted,
        SectionProblemKind::Word(words) => {
            let near = text.and_then(|text| grammar::nearest(text, words.iter().copied()));
            let all = value.is_some().then_some(words).into_iter().flat_map(|words| words.iter().copied());
            return near.into_iter().chain(all).map(quoted).collect();
        }
        _ => return Vec::new(),
    };
    match wanted {
        ExpectedValue::Whole(least, most) => {
            let begins = |text: &str| {
                text[..text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())].parse().ok()
            };
            let number = text.and_then(|text| text.replace(['_', ','], "").parse::<i128>().ok());
            let number = number.or_else(|| text.and_then(begins));
            let fits = |number: &i128| {
                number >= least && u128::try_from(*number).map_or(*number < 0, |number| number <= *most)
            };
            let whole = match value {
                Some(ConfigValue::Float(number)) if number.fract() == 0.0 => Some(*number as i128),
                _ => number,
            };
            [whole, Some(1), Some(*least)]
                .into_iter()
                .flatten()
                .filter(fits)
                .map(|number| number.to_string())
                .collect()
        }
        ExpectedValue::Number => {
            let number = text.and_then(|text| text.replace(',', ".").parse::<f64>().ok());
            number.into_iter().chain([0.5, 1.0]).map(|number| number.to_string()).collect()
        }
        ExpectedValue::Flag => match (text.map(str::to_lowercase).as_deref(), value) {
            (Some("false" | "no" | "off" | "0" | "n"), _) | (_, Some(ConfigValue::Integer(0))) => {
                fixed("false")
            }
            _ => fixed("true"),
        },
        ExpectedValue::Letter => fixed("\"a\""),
        ExpectedValue::Text => match value {
            Some(ConfigValue::Integer(number)) => vec![format!("\"{number}\"")],
            Some(ConfigValue::Float(number)) => vec![format!("\"{number}\"")],
            Some(ConfigValue::Huge(number)) => vec![format!("\"{}\"", **number)],
            Some(ConfigValue::Flag(flag)) => vec![format!("\"{flag}\"")],
            _ => fixed("\"text\""),
        },
        ExpectedValue::List => lists(value),
        ExpectedValue::Table => fixed("{}"),
        ExpectedValue::Duration => match value {
            Some(ConfigValue::Integer(number)) if *number >= 0 => {
                vec![format!("\"{number}s\""), "\"10s\"".to_owned()]
            }
            _ => fixed("\"10s\""),
        },
        ExpectedValue::Size => match value {
            Some(ConfigValue::Integer(number)) if *number >= 0 => {
                vec![format!("\"{number}B\""), "\"16MiB\"".to_owned()]
            }
            _ => fixed("\"16MiB\""),
        },
        ExpectedValue::Nothing | ExpectedValue::Other(_) => Vec::new(),
    }
}

/// A list of what stands there without brackets, between commas, or under `__0`, `__1`.
fn lists(value: Option<&ConfigValue>) -> Vec<String> {
    let words: Vec<String> = match value {
        Some(ConfigValue::Text(text) | ConfigValue::Plain(text)) => {
            let inner = text.trim().trim_start_matches('[').trim_end_matches(']');
            let words = inner.split(',').map(|word| word.trim().trim_matches(['"', '\'']));
            words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
        }
        Some(ConfigValue::Table(table)) => {
            let mut numbered: Vec<(usize, &ConfigNode)> = Vec::new();
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

fn scalar(value: &ConfigValue) -> Option<String> {
    match value {
        ConfigValue::Text(text)
        | ConfigValue::Plain(text)
        | ConfigValue::Date(text)
        | ConfigValue::Huge(text) => Some(text.to_string()),
        ConfigValue::Integer(number) => Some(number.to_string()),
        ConfigValue::Float(number) => Some(number.to_string()),
        ConfigValue::Flag(flag) => Some(flag.to_string()),
        ConfigValue::List(_) | ConfigValue::Table(_) => None,
    }
}

/// The value as one line of TOML, if it is short enough to be repeated.
pub(super) fn in_one_line(value: &ConfigValue) -> Option<String> {
    const LONGEST: usize = 120;
    let text = match value {
        ConfigValue::Text(text) | ConfigValue::Plain(text) => {
            Some(format!("{:?}", **text)).filter(|text| !text.contains("\\u{"))?
        }
        ConfigValue::List(list) => {
            let list = list.iter().map(|node| in_one_line(&node.value)).collect::<Option<Vec<_>>>()?;
            format!("[{}]", list.join(", "))
        }
        ConfigValue::Table(table) => {
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
