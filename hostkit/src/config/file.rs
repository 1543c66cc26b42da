//! A TOML file in, its values with their lines out.

use std::path::Path;

use toml::de::DeTable;

use super::source::{SettingFault, Source};
use super::tree::Table;
use super::value::Value;

pub(super) fn read(path: &Path) -> Result<Table, SettingFault> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        fault(path, 0, format!("can't be read ({error}): write the file, or correct its path"))
    })?;
    parse(path, &text)
}

pub(super) fn parse(path: &Path, text: &str) -> Result<Table, SettingFault> {
    let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let line = |offset: usize| ends.partition_point(|end| *end < offset) + 1;
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| line(span.start));
        fault(path, at, format!("is no TOML ({}): correct the line", error.message().replace('\n', ", ")))
    })?;
    Ok(Value::table(table.get_ref(), &|offset| Source::File(path.to_owned(), line(offset))))
}

fn fault(path: &Path, line: usize, says: String) -> SettingFault {
    SettingFault { key: path.display().to_string(), says, source: Source::File(path.to_owned(), line) }
}
