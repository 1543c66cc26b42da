//! `graph`: what runs, in which order, and what it is given, as a picture in Mermaid's or Graphviz's language.

use std::collections::HashMap;

use crate::host::{Draft, Part, Suppliers};
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

impl GraphNode {
    fn of(draft: &Draft, part: Part) -> Self {
        let title = draft.name(part).to_owned();
        match part {
            Part::Service(index) => GraphNode { title, kind: draft.entries[index].kind.into(), value: false },
            Part::Hook(index) => GraphNode { title, kind: draft.hooks[index].kind(), value: false },
            Part::Provider(index) => {
                let of = short(draft.providers[index].provision.of);
                GraphNode { title, kind: format!("provides {of}"), value: true }
            }
            Part::Given(_) => GraphNode { title: short(&title), kind: "given".into(), value: true },
        }
    }
}

/// An arrow, from who needs to what is needed.
struct GraphEdge {
    from: usize,
    to: usize,
    /// It is given this; otherwise it only starts after it.
    given: bool,
}

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
        let wiring = Suppliers::of(draft).running();
        let ids: HashMap<Part, usize> =
            wiring.parts.iter().enumerate().map(|(id, part)| (*part, id)).collect();
        let arrow = |from, to, given| Some(GraphEdge { from: *ids.get(&from)?, to: *ids.get(&to)?, given });
        let after = draft.entries.iter().enumerate().flat_map(|(index, entry)| {
            let earlier = entry.after().iter().filter_map(|name| draft.index_of(name));
            earlier.filter_map(move |earlier| arrow(Part::Service(index), Part::Service(earlier), false))
        });
        let given = wiring.links.iter().filter_map(|link| arrow(link.from, link.to?, true));
        Graph {
            nodes: wiring.parts.iter().map(|part| GraphNode::of(draft, *part)).collect(),
            arrows: after.chain(given).collect(),
        }
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
