//! A TOML file in, its values with their lines out.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::layers::{Raw, Setting, SettingFault, Source};

pub(super) fn read(path: &Path) -> Result<Vec<(Vec<String>, Setting)>, SettingFault> {
    let fault = |says: String, line| SettingFault {
        key: path.display().to_string(),
        says,
        source: Source::File(path.to_owned(), line),
    };
    let text = std::fs::read_to_string(path)
        .map_err(|error| fault(format!("can't be read ({error}): write the file, or correct its path"), 0))?;
    let table = DeTable::parse(&text).map_err(|error| {
        let at = error.span().map_or(0, |span| line(&text, span.start));
        fault(format!("is no TOML ({}): correct the line", error.message().replace('\n', ", ")), at)
    })?;
    let mut settings = Vec::new();
    flatten(table.get_ref(), &mut Vec::new(), &mut |path_in, span, value| {
        let source = Source::File(path.to_owned(), line(&text, span));
        settings.push((path_in.to_vec(), Setting { value: raw(value), source }));
    });
    Ok(settings)
}

fn flatten(
    table: &DeTable<'_>,
    path: &mut Vec<String>,
    leaf: &mut impl FnMut(&[String], usize, &DeValue<'_>),
) {
    for (key, value) in table {
        path.push(key.get_ref().to_string());
        match value.get_ref() {
            DeValue::Table(inner) if !inner.is_empty() => flatten(inner, path, leaf),
            other => leaf(path, key.span().start, other),
        }
        path.pop();
    }
}

fn raw(value: &DeValue<'_>) -> Raw {
    match value {
        DeValue::String(text) => Raw::Text(text.to_string()),
        DeValue::Integer(number) => i128::from_str_radix(number.as_str(), number.radix())
            .map_or(Raw::Other("a number too large"), Raw::Integer),
        DeValue::Boolean(flag) => Raw::Flag(*flag),
        DeValue::Array(list) => Raw::List(list.iter().map(|element| raw(element.get_ref())).collect()),
        DeValue::Float(_) => Raw::Other("a fraction"),
        DeValue::Datetime(_) => Raw::Other("a date"),
        DeValue::Table(_) => Raw::Other("a table"),
    }
}

fn line(text: &str, offset: usize) -> usize {
    text[..offset.min(text.len())].bytes().filter(|byte| *byte == b'\n').count() + 1
}
