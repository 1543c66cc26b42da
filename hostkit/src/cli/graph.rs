//! `graph`: what runs, in which order, and what it is given, as a picture in Mermaid's or Graphviz's language.

use std::any::TypeId;

use crate::host::{Draft, DraftService};
use crate::inject::{Need, NeedSet};
use crate::outcome::text::short;

/// Whose language the picture is in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum GraphFormat {
    #[default]
    Mermaid,
    Dot,
}

impl GraphFormat {
    /// The languages there are, by the names that `--format` takes.
    pub(super) const ALL: [(&'static str, GraphFormat); 2] =
        [("mermaid", GraphFormat::Mermaid), ("dot", GraphFormat::Dot)];
}

/// What is drawn as a box, or as an ellipse.
struct GraphNode {
    title: String,
    kind: String,
    /// A value rather than something that runs.
    value: bool,
}

/// An arrow, from who needs to what is needed.
struct GraphEdge {
    from: usize,
    to: usize,
    /// It is given this; otherwise it only starts after it.
    given: bool,
}

#[derive(Default)]
struct Graph {
    nodes: Vec<GraphNode>,
    arrows: Vec<GraphEdge>,
}

/// The picture of what would run.
pub(super) fn graph(draft: &Draft, format: GraphFormat) -> String {
    let picture = Graph::of(draft);
    match format {
        GraphFormat::Mermaid => picture.mermaid(),
        GraphFormat::Dot => picture.dot(),
    }
}

impl Graph {
    fn of(draft: &Draft) -> Self {
        let mut picture = Graph::default();
        let running: Vec<&DraftService> = draft.entries.iter().filter(|entry| draft.runs(entry)).collect();
        for entry in &running {
            picture.nodes.push(GraphNode {
                title: entry.name.to_string(),
                kind: entry.kind.into(),
                value: false,
            });
        }
        for (from, entry) in running.iter().enumerate() {
            let after =
                entry.after().iter().filter_map(|name| running.iter().position(|one| one.name == *name));
            picture.arrows.extend(after.map(|to| GraphEdge { from, to, given: false }));
        }
        let mut values = GraphValues { draft, at: vec![None; draft.providers.len() + draft.given.len()] };
        for (from, entry) in running.iter().enumerate() {
            values.ask(&mut picture, from, &entry.wants);
        }
        for hook in &draft.hooks {
            let kind = format!("on({})", hook.moment);
            picture.nodes.push(GraphNode { title: hook.name.to_string(), kind, value: false });
            let from = picture.nodes.len() - 1;
            values.ask(&mut picture, from, &hook.hook.wants);
        }
        picture
    }

    fn mermaid(&self) -> String {
        let mut text = String::from("graph LR\n");
        for (id, GraphNode { title, kind, value }) in self.nodes.iter().enumerate() {
            let label = format!("{}<br/><i>{}</i>", escaped(title), escaped(kind));
            let (open, close) = if *value { ("([", "])") } else { ("[", "]") };
            text += &format!("  n{id}{open}\"{label}\"{close}\n");
        }
        for GraphEdge { from, to, given } in &self.arrows {
            text += &if *given {
                format!("  n{from} -.-> n{to}\n")
            } else {
                format!("  n{from} -->|after| n{to}\n")
            };
        }
        text.trim_end().to_owned()
    }

    fn dot(&self) -> String {
        let mut text = String::from("digraph host {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n");
        for (id, GraphNode { title, kind, value }) in self.nodes.iter().enumerate() {
            let shape = if *value { "ellipse" } else { "box" };
            let quote = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
            text += &format!("  n{id} [label=\"{}\\n{}\", shape={shape}];\n", quote(title), quote(kind));
        }
        for GraphEdge { from, to, given } in &self.arrows {
            let look = if *given { "style=dashed" } else { "label=\"after\"" };
            text += &format!("  n{from} -> n{to} [{look}];\n");
        }
        text + "}"
    }
}

/// Mermaid reads its labels as HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The values that there are, and which of them are in the picture: providers first, then what was given.
struct GraphValues<'d> {
    draft: &'d Draft,
    at: Vec<Option<usize>>,
}

impl GraphValues<'_> {
    /// Draws what this one needs, and what that needs in turn.
    fn ask(&mut self, picture: &mut Graph, from: usize, wants: &NeedSet) {
        for want in &wants.values {
            if let Some(value) = self.find(want) {
                let to = self.draw(picture, value);
                picture.arrows.push(GraphEdge { from, to, given: true });
            }
        }
        #[cfg(feature = "queue")]
        for want in &wants.brought {
            let handles = |entry: &&DraftService| {
                entry.made.exports.iter().any(|brought| want.keys.contains(&brought.key))
            };
            let mut running = self.draft.entries.iter().filter(|entry| self.draft.runs(entry));
            if let Some(to) = running.position(|entry| handles(&entry)) {
                picture.arrows.push(GraphEdge { from, to, given: true }); // the handlers are drawn first, in this order
            }
        }
    }

    fn find(&self, want: &Need) -> Option<usize> {
        let is = |keys: &[TypeId; 2]| want.keys.contains(&keys[0]);
        let provider = self.draft.providers.iter().position(|entry| is(&entry.provision.keys));
        let given = || self.draft.given.iter().position(|given| is(&given.keys));
        provider.or_else(|| Some(self.draft.providers.len() + given()?))
    }

    fn draw(&mut self, picture: &mut Graph, value: usize) -> usize {
        if let Some(drawn) = self.at[value] {
            return drawn; // also where providers need each other in a ring
        }
        let id = picture.nodes.len();
        self.at[value] = Some(id);
        match self.draft.providers.get(value) {
            Some(entry) => {
                let provision = &entry.provision;
                let (title, kind) = (provision.name.to_string(), format!("provides {}", short(provision.of)));
                picture.nodes.push(GraphNode { title, kind, value: true });
                self.ask(picture, id, &provision.wants);
            }
            None => {
                let given = &self.draft.given[value - self.draft.providers.len()];
                picture.nodes.push(GraphNode { title: short(given.of), kind: "given".into(), value: true });
            }
        }
        id
    }
}
