//! A value of the configuration as it was written. What it means is asked by who reads it.

use std::fmt;

use hostkit_grammar::Given;
use toml::de::{DeTable, DeValue};

use super::source::Source;
use super::tree::{Node, Table};

#[derive(Clone, PartialEq)]
pub(crate) enum Value {
    Table(Table),
    List(Vec<Node>),
    Text(String),
    Integer(i128),
    /// A whole number that only a `u128` can hold, in decimal, or no type at all.
    Huge(String),
    Float(f64),
    Flag(bool),
    Date(String),
    /// From the environment or the command line: it is read as the field asks.
    Plain(String),
}

impl Value {
    /// A value of TOML; `at` knows the source of what stands at an offset of the text.
    pub(super) fn of(value: &DeValue<'_>, at: &dyn Fn(usize) -> Source) -> Value {
        match value {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(number) => i128::from_str_radix(number.as_str(), number.radix())
                .map_or_else(|_| huge(number.as_str(), number.radix()), Value::Integer),
            DeValue::Float(number) => {
                number.as_str().parse().map_or_else(|_| Value::Huge(number.as_str().to_owned()), Value::Float)
            }
            DeValue::Boolean(flag) => Value::Flag(*flag),
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Array(list) => {
                let node = |value: &toml::Spanned<DeValue<'_>>| {
                    Node::new(Value::of(value.get_ref(), at), at(value.span().start))
                };
                Value::List(list.iter().map(node).collect())
            }
            DeValue::Table(table) => Value::Table(Value::table(table, at)),
        }
    }

    pub(super) fn table(table: &DeTable<'_>, at: &dyn Fn(usize) -> Source) -> Table {
        let node = |key: &toml::Spanned<std::borrow::Cow<'_, str>>, value: &DeValue<'_>| {
            (key.get_ref().to_string(), Node::new(Value::of(value, at), at(key.span().start)))
        };
        table.iter().map(|(key, value)| node(key, value.get_ref())).collect()
    }

    /// Text of the environment or the command line as the TOML value that it is, if it is one.
    pub(super) fn parse(text: &str, source: &Source) -> Option<Value> {
        let value = DeValue::parse(text.trim()).ok()?;
        Some(Value::of(value.get_ref(), &|_| source.clone()))
    }

    /// As the grammar of options takes it.
    pub(crate) fn given(&self) -> Given<'_> {
        match self {
            Value::Table(_) => Given::Other("a table"),
            Value::List(list) => Given::List(list.iter().map(|node| node.value.given()).collect()),
            Value::Text(text) => Given::Text(text),
            Value::Integer(number) => Given::Integer(*number),
            Value::Huge(_) => Given::Other("a number too large"),
            Value::Float(_) => Given::Other("a fraction"),
            Value::Flag(flag) => Given::Flag(*flag),
            Value::Date(_) => Given::Other("a date"),
            Value::Plain(text) => Given::Plain(text),
        }
    }
}

fn huge(digits: &str, radix: u32) -> Value {
    Value::Huge(
        u128::from_str_radix(digits, radix).map_or_else(|_| digits.to_owned(), |number| number.to_string()),
    )
}

/// Its kind only: a value may be secret, and whether it is only its section knows.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Value::Table(_) => "a table",
            Value::List(_) => "a list",
            Value::Text(_) | Value::Plain(_) => "a text",
            Value::Integer(_) | Value::Huge(_) | Value::Float(_) => "a number",
            Value::Flag(_) => "a flag",
            Value::Date(_) => "a date",
        })
    }
}
