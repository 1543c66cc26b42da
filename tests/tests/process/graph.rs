//! `graph`: what would run, after what, and what it is given, and nothing else.

use crate::support::*;

fn graph<'a>(args: impl IntoIterator<Item = &'a str>) -> String {
    let ended = scene(MULTI, "drawn").args(["graph"]).args(args).end().with(0);
    assert_eq!(ended.err, "", "{ended}");
    ended.out
}

#[test]
fn for_mermaid() {
    let drawn = "\
graph LR
  n0[\"first<br/><i>hosted_service</i>\"]
  n1[\"reader<br/><i>hosted_service</i>\"]
  n2[\"tick<br/><i>timed</i>\"]
  n3[\"on-started<br/><i>on(started)</i>\"]
  n4([\"feed<br/><i>provides Feed</i>\"])
  n5([\"mailer<br/><i>provides Arc&lt;dyn Mailer&gt;</i>\"])
  n6([\"Vec&lt;String&gt;<br/><i>given</i>\"])
  n1 -->|after| n0
  n1 -.-> n4
  n2 -.-> n5
  n3 -.-> n6
  n4 -.-> n6
  n5 -.-> n4
";
    assert_eq!(graph([]), drawn);
    assert_eq!(graph(["--format", "mermaid"]), drawn);
}

#[test]
fn for_graphviz() {
    let drawn = "\
digraph host {
  rankdir=LR;
  node [fontname=\"sans-serif\"];
  n0 [label=\"first\\nhosted_service\", shape=box];
  n1 [label=\"reader\\nhosted_service\", shape=box];
  n2 [label=\"tick\\ntimed\", shape=box];
  n3 [label=\"on-started\\non(started)\", shape=box];
  n4 [label=\"feed\\nprovides Feed\", shape=ellipse];
  n5 [label=\"mailer\\nprovides Arc<dyn Mailer>\", shape=ellipse];
  n6 [label=\"Vec<String>\\ngiven\", shape=ellipse];
  n1 -> n0 [label=\"after\"];
  n1 -> n4 [style=dashed];
  n2 -> n5 [style=dashed];
  n3 -> n6 [style=dashed];
  n4 -> n6 [style=dashed];
  n5 -> n4 [style=dashed];
}
";
    assert_eq!(graph(["--format", "dot"]), drawn);
}

/// What is not selected is not drawn, nor what only that would be given.
#[test]
fn of_what_is_selected() {
    let drawn = graph(["--only", "reader"]);
    for (name, there) in
        [("reader", true), ("feed", true), ("first", false), ("tick", false), ("mailer", false)]
    {
        assert_eq!(drawn.contains(&format!("\"{name}<br/>")), there, "{name}: {drawn}");
    }
    assert!(!drawn.contains("after"), "{drawn}");
    let drawn = graph(["--set", "services.off.enabled=true"]);
    assert!(drawn.contains("off<br/>") && drawn.matches("after").count() == 2, "{drawn}");
}

#[test]
fn of_services_that_wait_for_each_other() {
    let ended = scene(MULTI, "wrong-much").args(["graph"]).end().with(0);
    assert_eq!(ended.out.matches("-->|after|").count(), 2, "egg and hen; {ended}");
}

#[test]
fn in_no_other_language() {
    let ended = scene(MULTI, "drawn").args(["graph", "--format", "dto"]).end().with(2);
    assert_eq!(ended.out, "", "{ended}");
    ended.logged("--format").logged("did you mean `dot`?");
    scene(MULTI, "drawn").args(["graph", "--format", "svg"]).end().with(2).logged("mermaid or dot");
}
