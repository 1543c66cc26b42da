//! A Rust expression goes in, the value that the grammar reads from it comes out.

use crate::errors::{Errors, text};
use hostkit_grammar::{self as grammar, Given, Kind, OptionProblem, OptionSpec, Value};
use syn::{Expr, ExprLit, Lit, UnOp};

/// Checks one value; the elements of a list each by itself, so that each mistake is under its own element.
pub(crate) fn check(spec: &'static OptionSpec, expression: &Expr, errors: &mut Errors) -> Option<Value> {
    let expression = bare(expression);
    let result = match expression {
        Expr::Array(array) => {
            let elements: Vec<Scalar> =
                array.elems.iter().map(|element| Scalar::of(element, spec.kind)).collect();
            if matches!(spec.kind, Kind::Names | Kind::Crates) {
                let mut sound = true;
                for (element, scalar) in array.elems.iter().zip(&elements) {
                    if let Err(problem) = scalar.with(|given| grammar::check(spec, given)) {
                        errors.at(element, problem);
                        sound = false;
                    }
                }
                sound.then_some(())?;
            }
            let texts: Vec<String> = elements.iter().map(Scalar::text).collect();
            grammar::check(spec, &Given::List(texts.iter().map(|text| Given::Text(text)).collect()))
        }
        scalar => Scalar::of(scalar, spec.kind).with(|given| grammar::check(spec, given)),
    };
    result.map_err(|problem| each(problem).into_iter().for_each(|one| errors.at(expression, one))).ok()
}

/// The problems of one cron expression are errors of their own, each with its own field underlined.
fn each(problem: OptionProblem) -> Vec<OptionProblem> {
    match problem {
        OptionProblem::Cron { option, problem } => {
            problem.each().map(|problem| OptionProblem::Cron { option, problem }).collect()
        }
        other => vec![other],
    }
}

/// A value that is no list.
pub(crate) enum Scalar {
    Text(syn::LitStr),
    Integer(i128),
    Flag(bool),
    Word(String),
    Bare(String),
    Other,
}

impl Scalar {
    pub(crate) fn of(expression: &Expr, kind: Kind) -> Self {
        match bare(expression) {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Self::Text(text.clone()),
            Expr::Lit(ExprLit { lit: Lit::Bool(flag), .. }) => Self::Flag(flag.value),
            Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => match number.base10_parse() {
                Ok(value)
                    if matches!(number.suffix(), "" | "u8" | "u16" | "u32" | "u64" | "usize" | "i32") =>
                {
                    Self::Integer(value)
                }
                _ => Self::Bare(number.to_string()),
            },
            Expr::Lit(literal) => Self::Bare(text(literal)),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => match Self::of(&unary.expr, kind) {
                Self::Integer(value) => Self::Integer(-value),
                Self::Bare(text) => Self::Bare(format!("-{text}")),
                _ => Self::Other,
            },
            Expr::Path(path) => match (path.path.get_ident(), kind) {
                (Some(name), Kind::Crates) => Self::Word(name.to_string()),
                (Some(name), _) => Self::Bare(name.to_string()),
                (None, _) => Self::Other,
            },
            range @ Expr::Range(_) => Self::Bare(text(range)),
            _ => Self::Other,
        }
    }

    pub(crate) fn with<T>(&self, read: impl FnOnce(&Given<'_>) -> T) -> T {
        match self {
            Self::Text(text) => read(&Given::Text(&text.value())),
            Self::Integer(value) => read(&Given::Integer(*value)),
            Self::Flag(flag) => read(&Given::Flag(*flag)),
            Self::Word(word) => read(&Given::Text(word)),
            Self::Bare(text) => read(&Given::Bare(text)),
            Self::Other => read(&Given::Other("an expression that only the compiled program can evaluate")),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.value(),
            Self::Word(text) | Self::Bare(text) => text.clone(),
            Self::Integer(_) | Self::Flag(_) | Self::Other => String::new(),
        }
    }
}

/// The expression without the invisible group that a `macro_rules` fragment comes in.
pub(crate) fn bare(expression: &Expr) -> &Expr {
    match expression {
        Expr::Group(group) => bare(&group.expr),
        other => other,
    }
}
