//! The graph in the language of Graphviz.

use std::fmt::Write as _;

use super::{
    escape::dot as escape,
    model::{Graph, Param, To},
    vertex::{Class, Fact, Vertex},
};

/// The whole digraph.
pub(super) fn digraph(graph: &Graph) -> String {
    let mut out = format!("digraph \"{}\" {{\n", escape(&graph.container));
    out += "  rankdir=LR;\n";
    out += "  node [shape=box, style=\"rounded,filled\", fontname=\"monospace\", fontsize=10];\n";
    out += "  edge [fontname=\"monospace\", fontsize=9, color=\"#6b7280\"];\n";
    let vertices = graph.vertices();
    for vertex in &vertices {
        let (fill, stroke) = vertex.class.colours();
        let bold = if vertex.on_path { ", penwidth=2.5" } else { "" };
        let label = label(vertex);
        _ = writeln!(out, "  {} [label=\"{label}\", fillcolor=\"{fill}\", color=\"{stroke}\"{bold}];", vertex.id);
    }
    for vertex in &vertices {
        for (i, param) in vertex.params.iter().enumerate() {
            let To::Provider(to) = param.to else { continue };
            let bold = if vertex.awaited == Some(i) { ", penwidth=2.5, color=\"#ea580c\"" } else { "" };
            _ = writeln!(out, "  {} -> p{to} [label=\"{}\"{bold}];", vertex.id, escape(&param.label()));
        }
    }
    for (route, number) in graph.routes.iter().zip(0..).filter(|(route, _)| route.awaits.count > 0) {
        _ = writeln!(out, "  // longest async path of r{number}: {}", graph.async_path(route).join(" -> "));
    }
    out += "}\n";
    out
}

fn label(vertex: &Vertex<'_>) -> String {
    let mut label = escape(&vertex.title);
    if vertex.class != Class::Route {
        _ = write!(label, " ({})", vertex.class.name());
    }
    label += "\\l";
    for fact in vertex.facts.iter().map(Fact::text) {
        _ = write!(label, "{}\\l", escape(&fact));
    }
    for read in vertex.params.iter().filter_map(Param::read) {
        _ = write!(label, "{}\\l", escape(&read));
    }
    _ = write!(label, "{}\\l", escape(&vertex.place.to_string()));
    label
}
