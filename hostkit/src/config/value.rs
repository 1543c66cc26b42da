//! A value of the configuration as it was written. What it means is asked by who reads it.

use std::fmt;

use hostkit_grammar::Given;
use toml::de::{DeString, DeTable, DeValue};
use zeroize::Zeroizing;

use super::source::Source;
use super::tree::{ConfigNode, ConfigTable};

/// Any text may be a secret, and only the section that reads it knows: every text is wiped when it is dropped.
#[derive(Clone, PartialEq)]
pub(crate) enum ConfigValue {
    Table(ConfigTable),
    List(Vec<ConfigNode>),
    Text(Zeroizing<String>),
    Integer(i128),
    /// A whole number that only a `u128` can hold, in decimal, or no type at all.
    Huge(Zeroizing<String>),
    Float(f64),
    Flag(bool),
    Date(Zeroizing<String>),
    /// From the environment or the command line: it is read as the field asks.
    Plain(Zeroizing<String>),
}

impl ConfigValue {
    /// A value of TOML; `at` knows the source of what stands at an offset of the text. Texts are moved: a copy would not be wiped.
    pub(super) fn of(value: DeValue<'_>, at: &dyn Fn(usize) -> Source) -> ConfigValue {
        match value {
            DeValue::String(text) => ConfigValue::Text(text.into_owned().into()),
            DeValue::Integer(number) => i128::from_str_radix(number.as_str(), number.radix())
                .map_or_else(|_| huge(number.as_str(), number.radix()), ConfigValue::Integer),
            DeValue::Float(number) => number
                .as_str()
                .parse()
                .map_or_else(|_| ConfigValue::Huge(number.as_str().to_owned().into()), ConfigValue::Float),
            DeValue::Boolean(flag) => ConfigValue::Flag(flag),
            DeValue::Datetime(date) => ConfigValue::Date(date.to_string().into()),
            DeValue::Array(list) => {
                let node = |value: toml::Spanned<DeValue<'_>>| {
                    let source = at(value.span().start);
                    ConfigNode::new(ConfigValue::of(value.into_inner(), at), source)
                };
                ConfigValue::List(list.into_iter().map(node).collect())
            }
            DeValue::Table(table) => ConfigValue::Table(ConfigValue::table(table, at)),
        }
    }

    pub(super) fn table(table: DeTable<'_>, at: &dyn Fn(usize) -> Source) -> ConfigTable {
        let node = |(key, value): (toml::Spanned<DeString<'_>>, toml::Spanned<DeValue<'_>>)| {
            let source = at(key.span().start);
            (key.into_inner().into_owned(), ConfigNode::new(ConfigValue::of(value.into_inner(), at), source))
        };
        table.into_iter().map(node).collect()
    }

    /// Text of the environment or the command line as the TOML value that it is, if it is one.
    pub(super) fn parse(text: &str, source: &Source) -> Option<ConfigValue> {
        let value = DeValue::parse(text.trim()).ok()?;
        Some(ConfigValue::of(value.into_inner(), &|_| source.clone()))
    }

    /// As the grammar of options takes it.
    pub(crate) fn given(&self) -> Given<'_> {
        match self {
            ConfigValue::Table(_) => Given::Other("a table"),
            ConfigValue::List(list) => Given::List(list.iter().map(|node| node.value.given()).collect()),
            ConfigValue::Text(text) => Given::Text(text),
            ConfigValue::Integer(number) => Given::Integer(*number),
            ConfigValue::Huge(_) => Given::Other("a number too large"),
            ConfigValue::Float(_) => Given::Other("a fraction"),
            ConfigValue::Flag(flag) => Given::Flag(*flag),
            ConfigValue::Date(_) => Given::Other("a date"),
            ConfigValue::Plain(text) => Given::Plain(text),
        }
    }
}

fn huge(digits: &str, radix: u32) -> ConfigValue {
    let decimal = u128::from_str_radix(digits, radix).map(|number| number.to_string());
    ConfigValue::Huge(decimal.unwrap_or_else(|_| digits.to_owned()).into())
}

/// Its kind only: a value may be secret, and whether it is only its section knows.
impl fmt::Debug for ConfigValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ConfigValue::Table(_) => "a table",
            ConfigValue::List(_) => "a list",
            ConfigValue::Text(_) | ConfigValue::Plain(_) => "a text",
            ConfigValue::Integer(_) | ConfigValue::Huge(_) | ConfigValue::Float(_) => "a number",
            ConfigValue::Flag(_) => "a flag",
            ConfigValue::Date(_) => "a date",
        })
    }
}
