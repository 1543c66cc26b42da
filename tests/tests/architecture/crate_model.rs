//! The sources of a crate go in; its modules come out, with what each defines and imports, and a path can be resolved in them.
//!
//! What `macro_rules` write is not seen. Items for tests alone are left out.

use std::collections::BTreeMap;
use std::path::Path;

use syn::{Attribute, Item, Meta, UseTree, Visibility};

/// One module: a file, or a block within one.
pub(crate) struct Module {
    /// Its names from the crate's root, which itself has none.
    pub(crate) path: Vec<String>,
    pub(crate) file: String,
    pub(crate) items: Vec<Item>,
    pub(crate) imports: Vec<Import>,
    pub(crate) is_public: bool,
    /// The conditions that it and the modules around it stand under.
    pub(crate) cfg: Vec<String>,
}

/// One name of a `use`.
pub(crate) struct Import {
    pub(crate) path: Vec<String>,
    /// `None`: every name of the path's module.
    pub(crate) name: Option<String>,
    pub(crate) is_public: bool,
    pub(crate) cfg: Vec<String>,
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    Module(usize),
    /// An item, by its module and its name.
    Item(usize, String),
    /// Another crate's.
    Foreign(Vec<String>),
}

pub(crate) struct CrateModel {
    pub(crate) modules: Vec<Module>,
}

impl CrateModel {
    /// Reads the crate whose `lib.rs` is in this folder.
    pub(crate) fn read(root: &Path) -> Self {
        CrateModel::of(&super::sources(root))
    }

    /// The same of texts by their paths.
    pub(crate) fn of(files: &BTreeMap<String, String>) -> Self {
        let mut model = CrateModel { modules: Vec::new() };
        let root = syn::parse_file(&files["lib.rs"]).unwrap();
        model.add(files, Vec::new(), "lib.rs", root.items, true, &[]);
        model
    }

    fn add(
        &mut self,
        files: &BTreeMap<String, String>,
        path: Vec<String>,
        file: &str,
        items: Vec<Item>,
        is_public: bool,
        cfg: &[String],
    ) {
        let mut module = Module {
            path,
            file: file.to_owned(),
            items: Vec::new(),
            imports: Vec::new(),
            is_public,
            cfg: cfg.to_vec(),
        };
        let mut children = Vec::new();
        for item in items.into_iter().filter(|item| !is_test(attributes(item))) {
            match item {
                Item::Mod(child) => children.push(child),
                Item::Use(import) => {
                    let is_public = matches!(import.vis, Visibility::Public(_));
                    let cfg = [cfg.to_vec(), conditions(&import.attrs)].concat();
                    leaves(&import.tree, &mut Vec::new(), &mut |path, name| {
                        module.imports.push(Import { path, name, is_public, cfg: cfg.clone() });
                    });
                }
                item => module.items.push(item),
            }
        }
        let path = module.path.clone();
        self.modules.push(module);
        for child in children {
            let name = child.ident.to_string();
            let cfg = [cfg.to_vec(), conditions(&child.attrs)].concat();
            let is_public = matches!(child.vis, Visibility::Public(_)) && !is_hidden(&child.attrs);
            let (file, items) = match child.content {
                Some((_, items)) => (file.to_owned(), items),
                None => {
                    let folder = path.iter().fold(String::new(), |folder, part| folder + part + "/");
                    let given = child.attrs.iter().find_map(given_path);
                    let file = given.map_or_else(
                        || {
                            let file = format!("{folder}{name}.rs");
                            if files.contains_key(&file) { file } else { format!("{folder}{name}/mod.rs") }
                        },
                        |given| folder.clone() + &given,
                    );
                    let text = files.get(&file).unwrap_or_else(|| panic!("{file} is missing"));
                    let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
                    if is_test(&parsed.attrs) {
                        continue;
                    }
                    (file, parsed.items)
                }
            };
            let path = path.iter().cloned().chain([name]).collect();
            self.add(files, path, &file, items, is_public, &cfg);
        }
    }

    pub(crate) fn module(&self, path: &[String]) -> Option<usize> {
        self.modules.iter().position(|module| module.path == path)
    }

    /// What a path means where it is written in a module. Imports are followed to what they import.
    pub(crate) fn resolve(&self, from: usize, path: &[String]) -> Target {
        self.resolve_within(from, path, 20).unwrap_or_else(|| Target::Foreign(path.to_vec()))
    }

    fn resolve_within(&self, from: usize, path: &[String], steps: u32) -> Option<Target> {
        let steps = steps.checked_sub(1)?;
        let mut at = from;
        for (index, part) in path.iter().enumerate() {
            at = match part.as_str() {
                "crate" => 0,
                "self" => at,
                "super" => self.module(self.modules[at].path.split_last()?.1)?,
                name => match self.lookup(at, name, steps)? {
                    Target::Module(module) => module,
                    found => return Some(found),
                },
            };
            if index + 1 == path.len() {
                return Some(Target::Module(at));
            }
        }
        None
    }

    /// What a name means in a module.
    fn lookup(&self, module: usize, name: &str, steps: u32) -> Option<Target> {
        let Module { path, items, imports, .. } = &self.modules[module];
        let child: Vec<String> = path.iter().cloned().chain([name.to_owned()]).collect();
        if let Some(child) = self.module(&child) {
            return Some(Target::Module(child));
        }
        if items.iter().any(|item| defined(item).is_some_and(|(_, ident)| ident == name)) {
            return Some(Target::Item(module, name.to_owned()));
        }
        let import = imports.iter().find(|import| import.name.as_deref() == Some(name));
        if let Some(import) = import {
            // `use x::x` in a module that has no other `x` names another crate.
            let itself = import.path.first().is_some_and(|first| first == name);
            let found = if itself { None } else { self.resolve_within(module, &import.path, steps) };
            return Some(found.unwrap_or_else(|| Target::Foreign(import.path.clone())));
        }
        imports.iter().filter(|import| import.name.is_none()).find_map(|import| {
            match self.resolve_within(module, &import.path, steps)? {
                Target::Module(from) => self.lookup(from, name, steps.checked_sub(1)?),
                _ => None,
            }
        })
    }

    /// The item itself; a `cfg` twin's first.
    pub(crate) fn item(&self, module: usize, name: &str) -> Option<&Item> {
        self.modules[module].items.iter().find(|item| defined(item).is_some_and(|(_, ident)| ident == name))
    }
}

fn leaves(tree: &UseTree, path: &mut Vec<String>, add: &mut impl FnMut(Vec<String>, Option<String>)) {
    match tree {
        UseTree::Path(part) => {
            path.push(part.ident.to_string());
            leaves(&part.tree, path, add);
            path.pop();
        }
        UseTree::Name(last) if last.ident == "self" => add(path.clone(), path.last().cloned()),
        UseTree::Name(last) => {
            let name = last.ident.to_string();
            add(path.iter().cloned().chain([name.clone()]).collect(), Some(name));
        }
        UseTree::Rename(last) => {
            let path = path.iter().cloned().chain([last.ident.to_string()]).collect();
            add(path, Some(last.rename.to_string()));
        }
        UseTree::Glob(_) => add(path.clone(), None),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, path, add)),
    }
}

/// Visibility and name of what defines one.
pub(crate) fn defined(item: &Item) -> Option<(&Visibility, &syn::Ident)> {
    Some(match item {
        Item::Const(item) => (&item.vis, &item.ident),
        Item::Enum(item) => (&item.vis, &item.ident),
        Item::Fn(item) => (&item.vis, &item.sig.ident),
        Item::Static(item) => (&item.vis, &item.ident),
        Item::Struct(item) => (&item.vis, &item.ident),
        Item::Trait(item) => (&item.vis, &item.ident),
        Item::Type(item) => (&item.vis, &item.ident),
        Item::Union(item) => (&item.vis, &item.ident),
        _ => return None,
    })
}

pub(crate) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// The text of each `#[cfg(…)]`; of a feature its name.
pub(crate) fn conditions(attributes: &[Attribute]) -> Vec<String> {
    let cfg = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    cfg.filter_map(|attribute| match &attribute.meta {
        Meta::List(list) => Some(list.tokens.to_string().replace(" = ", "=")),
        _ => None,
    })
    .collect()
}

fn is_test(attributes: &[Attribute]) -> bool {
    let names_test =
        |condition: &String| condition == "test" || condition.replace(' ', "").starts_with("all(test,");
    conditions(attributes).iter().any(names_test)
}

pub(crate) fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        matches!(&attribute.meta, Meta::List(list) if list.path.is_ident("doc") && list.tokens.to_string() == "hidden")
    })
}

fn given_path(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
