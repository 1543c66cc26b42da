//! The sources of `hostkit` go in; every public path with its signature comes out, and is compared with `tests/public-api.txt`.
//!
//! `BLESS=1` writes the file anew. What `macro_rules` write is not seen; what is `#[doc(hidden)]` is not listed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{env, fs};

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Fields, ImplItem, Item, ItemImpl, Meta, Signature, TraitItem, Type, Visibility};

use super::crate_model::{CrateModel, Target, attributes, conditions, defined, is_hidden};

/// Types that stand in public signatures and have no public path.
const UNNAMEABLE: &[(&str, &str)] = &[("ServiceName", "an alias of `Cow<'static, str>`")];

/// Enums and structs with public fields to which nothing will ever be added.
const EXHAUSTIVE: &[(&str, &str)] = &[
    ("Enqueued", "a unique job is there already, or it is not"),
    ("Pause", "a sleep ends by time or by the stop"),
];

/// Items with a second path beside the prelude's.
const TWO_PATHS: &[(&str, &str)] =
    &[("Param", "at the root for `impl Param`, and beside the parameters in `param`")];

/// An item, by the module that defines it and its name there.
type Definition = (usize, String);

struct PublicApi<'a> {
    model: &'a CrateModel,
    /// The public paths of each item, each with what it is only there for.
    paths: BTreeMap<Definition, Vec<(String, Vec<String>)>>,
    lines: BTreeSet<String>,
    problems: BTreeSet<String>,
}

impl<'a> PublicApi<'a> {
    fn of(model: &'a CrateModel) -> Self {
        let mut api =
            PublicApi { model, paths: BTreeMap::new(), lines: BTreeSet::new(), problems: BTreeSet::new() };
        for (index, module) in model.modules.iter().enumerate() {
            let is_public = (0..=module.path.len()).all(|length| {
                model.module(&module.path[..length]).is_some_and(|at| model.modules[at].is_public)
            });
            if is_public {
                api.module(index, &module.path.join("::"));
            }
        }
        for (definition, paths) in api.paths.clone() {
            api.item(&definition, &paths);
        }
        api
    }

    /// The names of a public module: its own, and those that it passes on.
    fn module(&mut self, index: usize, path: &str) {
        let module = &self.model.modules[index];
        let prefix = if path.is_empty() { String::new() } else { format!("{path}::") };
        let own = module.items.iter().filter(|item| !is_hidden(attributes(item))).filter_map(|item| {
            let (visibility, name) = defined(item)?;
            matches!(visibility, Visibility::Public(_)).then(|| {
                let cfg = [module.cfg.clone(), conditions(attributes(item))].concat();
                ((index, name.to_string()), (format!("{prefix}{name}"), cfg))
            })
        });
        for item in &module.items {
            if let Item::Macro(item) = item
                && item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export"))
            {
                self.line(&(item.ident.as_ref().unwrap().to_string(), module.cfg.clone()), "macro", "");
            }
        }
        for (definition, path) in own {
            self.paths.entry(definition).or_default().push(path);
        }
        for import in module.imports.iter().filter(|import| import.is_public) {
            let Some(name) = &import.name else {
                self.problems.insert(format!("{path}: `pub use …::*` hides what is public: name it"));
                continue;
            };
            let path = (format!("{prefix}{name}"), import.cfg.clone());
            match self.model.resolve(index, &import.path) {
                Target::Item(module, name) => self.paths.entry((module, name)).or_default().push(path),
                Target::Foreign(foreign) => self.line(&path, &format!("use {} as", foreign.join("::")), ""),
                Target::Module(_) => {
                    self.problems.insert(format!("`{}` is a module under a second name", path.0));
                }
            }
        }
    }

    fn line(&mut self, (path, cfg): &(String, Vec<String>), before: &str, after: &str) {
        let cfg: BTreeSet<&str> = cfg.iter().map(String::as_str).collect();
        let cfg = cfg.into_iter().map(|cfg| format!(" [{cfg}]")).collect::<String>();
        self.lines.insert(format!("{path}: {}{after}{cfg}", before.trim()).replace(": :", ":"));
    }

    fn item(&mut self, definition: &Definition, paths: &[(String, Vec<String>)]) {
        let (module, name) = definition;
        let is_prelude = |path: &&(String, Vec<String>)| path.0.starts_with("prelude::");
        for path in paths.iter().filter(is_prelude) {
            self.line(path, "in the prelude", "");
        }
        let others: Vec<_> = paths.iter().filter(|path| !is_prelude(path)).collect();
        if others.len() > 1 && !TWO_PATHS.iter().any(|(listed, _)| listed == name) {
            let names: Vec<&str> = others.iter().map(|path| path.0.as_str()).collect();
            self.problems.insert(format!("`{name}` has several public paths: {}", names.join(", ")));
        }
        let Some(path) = others.iter().min() else {
            self.problems.insert(format!("`{name}` has a path in the prelude alone"));
            return;
        };
        let Some(item) = self.model.item(*module, name) else { return };
        match item {
            Item::Fn(item) => {
                self.line(path, &tidy(&item.sig), "");
                self.signature(*module, &path.0, &[], &item.sig);
            }
            Item::Const(item) => self.line(path, &format!("const: {}", tidy(&item.ty)), ""),
            Item::Type(item) => {
                self.line(path, &format!("type{} = {}", tidy(&item.generics), tidy(&item.ty)), "");
                self.names(*module, &path.0, &generics(&item.generics), |names| names.visit_type(&item.ty));
            }
            Item::Struct(item) => {
                let generics = generics(&item.generics);
                self.declared(path, "struct", &item.generics, &item.attrs);
                self.fields(*module, path, &generics, &item.fields, true, &item.attrs);
            }
            Item::Enum(item) => {
                let generics = generics(&item.generics);
                self.declared(path, "enum", &item.generics, &item.attrs);
                self.exhaustive(name, &item.attrs);
                for variant in &item.variants {
                    let path = (format!("{}::{}", path.0, variant.ident), path.1.clone());
                    self.line(&path, "variant", "");
                    self.fields(*module, &path, &generics, &variant.fields, false, &variant.attrs);
                }
            }
            Item::Trait(item) => {
                self.declared(path, "trait", &item.generics, &item.attrs);
                let generics = generics(&item.generics);
                let shown = |attributes: &[syn::Attribute]| !is_hidden(attributes);
                for inner in &item.items {
                    match inner {
                        TraitItem::Fn(inner) if shown(&inner.attrs) => {
                            let path = (format!("{}::{}", path.0, inner.sig.ident), path.1.clone());
                            self.line(
                                &path,
                                &tidy(&inner.sig),
                                if inner.default.is_some() { " { … }" } else { "" },
                            );
                            self.signature(*module, &path.0, &generics, &inner.sig);
                        }
                        TraitItem::Type(inner) if shown(&inner.attrs) => {
                            let path = (format!("{}::{}", path.0, inner.ident), path.1.clone());
                            self.line(&path, "associated type", "");
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        self.impls(definition, path);
    }

    /// What it is, with its generics and what is derived for it.
    fn declared(
        &mut self,
        path: &(String, Vec<String>),
        what: &str,
        generics: &syn::Generics,
        attributes: &[syn::Attribute],
    ) {
        let open = attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"));
        let what = format!("{}{what}{}", if open { "non-exhaustive " } else { "" }, tidy(generics));
        self.line(
            path,
            &what,
            &generics.where_clause.as_ref().map_or(String::new(), |bounds| " ".to_owned() + &tidy(bounds)),
        );
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
            if let Meta::List(list) = &attribute.meta {
                for derived in list.tokens.to_string().split(',') {
                    self.line(path, &format!("impl {}", derived.trim()), "");
                }
            }
        }
    }

    fn exhaustive(&mut self, name: &str, attributes: &[syn::Attribute]) {
        let open = attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"));
        if !open && !EXHAUSTIVE.iter().any(|(listed, _)| *listed == name) {
            self.problems.insert(format!(
                "`{name}` is not `#[non_exhaustive]`: add it, or list `{name}` in `EXHAUSTIVE` with a reason"
            ));
        }
    }

    fn fields(
        &mut self,
        module: usize,
        path: &(String, Vec<String>),
        generics: &[String],
        fields: &Fields,
        must_be_public: bool,
        attributes: &[syn::Attribute],
    ) {
        for (number, field) in fields.iter().enumerate() {
            if must_be_public && !matches!(field.vis, Visibility::Public(_)) {
                continue;
            }
            let name = field.ident.as_ref().map_or(number.to_string(), ToString::to_string);
            let path = (format!("{}.{name}", path.0), path.1.clone());
            self.line(&path, &tidy(&field.ty), "");
            self.names(module, &path.0, generics, |names| names.visit_type(&field.ty));
            if must_be_public {
                let name = path.0.rsplit("::").next().unwrap().split('.').next().unwrap();
                self.exhaustive(name, attributes);
            }
        }
    }

    /// Its inherent methods, and the traits that are implemented for it.
    fn impls(&mut self, definition: &Definition, path: &(String, Vec<String>)) {
        let model = self.model;
        for (index, module) in model.modules.iter().enumerate() {
            let impls = module.items.iter().filter_map(|item| match item {
                Item::Impl(item) => Some(item),
                _ => None,
            });
            for item in impls.filter(|item| is_of(model, index, item, definition)) {
                let cfg = [path.1.clone(), module.cfg.clone(), conditions(&item.attrs)].concat();
                let of = format!("{}{}", tidy(&item.generics), tidy(&item.self_ty));
                let bounds = item
                    .generics
                    .where_clause
                    .as_ref()
                    .map_or(String::new(), |bounds| format!(" {}", tidy(bounds)));
                if let Some((implemented, _)) = &item.trait_ {
                    let names: Vec<String> =
                        implemented.segments.iter().map(|part| part.ident.to_string()).collect();
                    let hidden = match model.resolve(index, &names) {
                        Target::Item(module, name) => !self.paths.contains_key(&(module, name)),
                        _ => false,
                    };
                    if !hidden {
                        self.line(
                            &(path.0.clone(), cfg),
                            &format!(
                                "impl{} {} for {}",
                                tidy(&item.generics),
                                tidy(implemented),
                                tidy(&item.self_ty)
                            ),
                            &bounds,
                        );
                    }
                    continue;
                }
                for inner in &item.items {
                    let (attributes, visibility, name) = match inner {
                        ImplItem::Fn(inner) => (&inner.attrs, &inner.vis, &inner.sig.ident),
                        ImplItem::Const(inner) => (&inner.attrs, &inner.vis, &inner.ident),
                        _ => continue,
                    };
                    if !matches!(visibility, Visibility::Public(_)) || is_hidden(attributes) {
                        continue;
                    }
                    let place =
                        (format!("{}::{name}", path.0), [cfg.clone(), conditions(attributes)].concat());
                    let bounds = if of.contains('<') { format!(" of {of}{bounds}") } else { String::new() };
                    match inner {
                        ImplItem::Fn(inner) => {
                            self.line(&place, &tidy(&inner.sig), &bounds);
                            self.signature(index, &place.0, &generics(&item.generics), &inner.sig);
                        }
                        ImplItem::Const(inner) => {
                            self.line(&place, &format!("const {}", tidy(&inner.ty)), &bounds)
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    fn signature(&mut self, module: usize, place: &str, outer: &[String], signature: &Signature) {
        let known = [outer.to_vec(), generics(&signature.generics)].concat();
        self.names(module, place, &known, |names| names.visit_signature(signature));
    }

    /// Complains of every type of the crate's own that has no public path.
    fn names(&mut self, module: usize, place: &str, generics: &[String], visit: impl FnOnce(&mut Names)) {
        let mut names = Names::default();
        visit(&mut names);
        for path in names.found {
            if path[0] == "Self" || generics.contains(&path[0]) {
                continue;
            }
            let Target::Item(defining, name) = self.model.resolve(module, &path) else { continue };
            let is_listed = UNNAMEABLE.iter().any(|(listed, _)| *listed == name);
            if !is_listed && !self.paths.contains_key(&(defining, name.clone())) {
                self.problems.insert(format!(
                    "`{name}` in `{place}` has no public path: give it one, or take it out of the signature"
                ));
            }
        }
    }
}

fn is_of(model: &CrateModel, module: usize, item: &ItemImpl, definition: &Definition) -> bool {
    let Type::Path(path) = &*item.self_ty else { return false };
    let names: Vec<String> = path.path.segments.iter().map(|part| part.ident.to_string()).collect();
    names.last() == Some(&definition.1)
        && model.resolve(module, &names) == Target::Item(definition.0, definition.1.clone())
}

fn generics(generics: &syn::Generics) -> Vec<String> {
    generics.type_params().map(|parameter| parameter.ident.to_string()).collect()
}

/// The paths of types and traits.
#[derive(Default)]
struct Names {
    found: Vec<Vec<String>>,
}

impl<'a> Visit<'a> for Names {
    fn visit_path(&mut self, path: &'a syn::Path) {
        self.found.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_attribute(&mut self, _: &'a syn::Attribute) {}
}

/// Source text of tokens, spaced nearly as rustfmt does.
fn tidy(tokens: &impl ToTokens) -> String {
    const SPACES: [(&str, &str); 16] = [
        (" :: ", "::"),
        (":: ", "::"),
        (" ::", "::"),
        (" :", ":"),
        (" ,", ","),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        ("& ", "&"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (",(", ", ("),
        ("->(", "-> ("),
        ("? ", "?"),
        ("[ ", "["),
    ];
    let text = tokens.to_token_stream().to_string();
    SPACES
        .iter()
        .fold(text, |text, (wide, tight)| text.replace(wide, tight))
        .replace(" ]", "]")
        .replace(",)", ")")
}

#[test]
fn the_public_face_is_as_written_down() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let model = CrateModel::read(&root.join("../hostkit/src"));
    let api = PublicApi::of(&model);
    assert!(api.lines.len() > 500, "only {} lines", api.lines.len());
    let problems: Vec<&str> = api.problems.iter().map(String::as_str).collect();
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));

    let file = root.join("public-api.txt");
    let text: String = api.lines.iter().map(|line| format!("{line}\n")).collect();
    if env::var_os("BLESS").is_some() {
        fs::write(&file, &text).unwrap();
        return;
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    let before: BTreeSet<&str> = written.lines().collect();
    let gone = before.iter().filter(|line| !api.lines.contains(**line)).map(|line| format!("- {line}"));
    let new = api.lines.iter().filter(|line| !before.contains(line.as_str())).map(|line| format!("+ {line}"));
    let changes: Vec<String> = gone.chain(new).collect();
    assert!(
        changes.is_empty(),
        "the public face is not that of tests/public-api.txt:\n{}\nIf users may see this change, write it down: `BLESS=1 cargo test -p hostkit-tests --test architecture public_face`\n",
        changes.join("\n")
    );
}

#[test]
fn what_is_wrong_with_a_public_face_is_found() {
    let api = |lib: &str| {
        let files = [
            ("lib.rs", lib),
            ("inner.rs", "pub struct Hidden; pub struct Shown; #[non_exhaustive] pub enum Open { A }"),
        ];
        let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        let model = CrateModel::of(&files);
        let api = PublicApi::of(&model);
        (
            api.lines.into_iter().collect::<Vec<_>>().join("\n"),
            api.problems.into_iter().collect::<Vec<_>>().join("\n"),
        )
    };
    let good = "mod inner; #[cfg(feature = \"x\")] pub use inner::{Open, Shown}; impl Shown { pub fn new(n: &[u8]) -> Self { } fn own(_: inner::Hidden) {} }";
    let lines = "Open: non-exhaustive enum [feature=\"x\"]\nOpen::A: variant [feature=\"x\"]\nShown: struct [feature=\"x\"]\nShown::new: fn new(n: &[u8]) -> Self [feature=\"x\"]";
    assert_eq!(api(good), (lines.to_owned(), String::new()));
    for (lib, problem) in [
        ("mod inner; pub fn f<T: Fn(inner::Hidden)>(_: T) {}", "`Hidden` in `f` has no public path"),
        (
            "mod inner; pub use inner::Shown; impl Shown { pub fn f(self) -> Option<inner::Hidden> {} }",
            "`Hidden` in `Shown::f`",
        ),
        ("pub enum Closed { A }", "`Closed` is not `#[non_exhaustive]`"),
        ("pub struct Plain { pub a: u8 }", "`Plain` is not `#[non_exhaustive]`"),
        (
            "mod inner; pub use inner::Shown; pub mod other { pub use crate::inner::Shown; }",
            "`Shown` has several public paths",
        ),
        ("mod inner; pub use inner::*;", "hides what is public"),
    ] {
        assert!(api(lib).1.contains(problem), "{lib}: {}", api(lib).1);
    }
}
