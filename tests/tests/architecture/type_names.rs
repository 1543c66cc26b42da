//! The sources of each crate go in; every name that two of its types share comes out. Private types count, and those within a function too.
//! Exempt are associated types, whose trait names them, and twins of which `cfg` keeps one.

use std::collections::BTreeMap;
use std::path::Path;

use syn::visit::{self, Visit};
use syn::{Attribute, Ident};

#[derive(Default)]
struct TypeNames {
    /// Where each name is defined.
    found: BTreeMap<String, Vec<String>>,
    file: String,
    /// How many of the modules around have a `cfg`: what is in there may have a twin.
    cfg_modules: usize,
}

impl TypeNames {
    fn add(&mut self, attributes: &[Attribute], name: &Ident) {
        if self.cfg_modules == 0 && !has_cfg(attributes) {
            self.found.entry(name.to_string()).or_default().push(self.file.clone());
        }
    }
}

fn has_cfg(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("cfg"))
}

impl<'a> Visit<'a> for TypeNames {
    fn visit_item_struct(&mut self, item: &'a syn::ItemStruct) {
        self.add(&item.attrs, &item.ident);
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'a syn::ItemEnum) {
        self.add(&item.attrs, &item.ident);
        visit::visit_item_enum(self, item);
    }

    fn visit_item_union(&mut self, item: &'a syn::ItemUnion) {
        self.add(&item.attrs, &item.ident);
        visit::visit_item_union(self, item);
    }

    fn visit_item_trait(&mut self, item: &'a syn::ItemTrait) {
        self.add(&item.attrs, &item.ident);
        visit::visit_item_trait(self, item);
    }

    fn visit_item_type(&mut self, item: &'a syn::ItemType) {
        self.add(&item.attrs, &item.ident);
        visit::visit_item_type(self, item);
    }

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        let guarded = usize::from(has_cfg(&item.attrs));
        self.cfg_modules += guarded;
        visit::visit_item_mod(self, item);
        self.cfg_modules -= guarded;
    }
}

/// Each name that two types of these files share, with its files.
fn shared<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let mut names = TypeNames::default();
    for (path, text) in files {
        names.file = path.to_string();
        names.visit_file(&syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}")));
    }
    names.found.retain(|_, files| files.len() > 1);
    names
        .found
        .iter()
        .map(|(name, files)| format!("`{name}` is defined in {}", files.join(" and ")))
        .collect()
}

#[test]
fn no_two_types_of_a_crate_share_a_name() {
    // `cli/args.rs` and `cli/no_args.rs` are one module, by feature; so are these.
    const TWINS: [&str; 3] = ["cli/no_args.rs", "host/plan/no_queues.rs", "host/plan/no_sections.rs"];
    for crate_ in ["hostkit/src", "hostkit/grammar/src", "hostkit-macros/src"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(crate_);
        let mut texts = super::sources(&root);
        texts.retain(|path, _| !TWINS.contains(&path.as_str()));
        assert!(texts.len() > 5, "only {} files in {}", texts.len(), root.display());
        let shared = shared(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        assert!(shared.is_empty(), "{crate_}: give each its own name\n{}\n", shared.join("\n"));
    }
}

#[test]
fn names_that_are_shared_are_found() {
    let of = |texts: &[&'static str]| shared(texts.iter().map(|text| ("a.rs", *text))).len();
    assert_eq!(of(&["struct Job;", "enum Job {}"]), 1);
    assert_eq!(of(&["trait Job {}", "fn work() { type Job = u8; }"]), 1);
    assert_eq!(of(&["mod inner { struct Job; }", "union Job { a: u8, b: i8 }"]), 1);
    assert_eq!(of(&["struct Job;", "impl Work for u8 { type Job = u8; }", "trait Work { type Job; }"]), 0);
    assert_eq!(of(&["#[cfg(unix)] struct Job;", "#[cfg(windows)] struct Job;"]), 0);
    assert_eq!(of(&["#[cfg(unix)] mod os { struct Job; }", "#[cfg(not(unix))] mod os { struct Job; }"]), 0);
}
