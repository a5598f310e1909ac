//! The graph as a Mermaid flowchart.

use std::fmt::Write as _;

use super::{
    escape::mermaid as escape,
    model::{Graph, Param, To},
    vertex::{Class, Fact, Vertex},
};

/// The whole chart.
pub(super) fn flowchart(graph: &Graph) -> String {
    let mut out = String::from("flowchart LR\n");
    let vertices = graph.vertices();
    for vertex in &vertices {
        _ = writeln!(out, "  {}[\"{}\"]:::{}", vertex.id, label(vertex), vertex.class.name());
    }
    for vertex in &vertices {
        for (i, param) in vertex.params.iter().enumerate() {
            let To::Provider(to) = param.to else { continue };
            let arrow = if vertex.awaited == Some(i) { "==>" } else { "-->" };
            let label = escape(&param.label());
            _ = writeln!(out, "  {} {arrow}|\"{label}\"| p{to}", vertex.id);
        }
    }
    for class in Class::ALL {
        if vertices.iter().any(|vertex| vertex.class == class) {
            let (fill, stroke) = class.colours();
            _ = writeln!(out, "  classDef {} fill:{fill},stroke:{stroke},color:#111827", class.name());
        }
    }
    for (route, number) in graph.routes.iter().zip(0..).filter(|(route, _)| route.awaits.count > 0) {
        _ = writeln!(out, "  %% longest async path of r{number}: {}", graph.async_path(route).join(" -> "));
    }
    out
}

fn label(vertex: &Vertex<'_>) -> String {
    let mut label = format!("<b>{}</b>", escape(&vertex.title));
    if vertex.class != Class::Route {
        _ = write!(label, " <i>{}</i>", vertex.class.name());
    }
    for fact in vertex.facts.iter().map(Fact::text) {
        _ = write!(label, "<br/>{}", escape(&fact));
    }
    for read in vertex.params.iter().filter_map(Param::read) {
        _ = write!(label, "<br/>{}", escape(&read));
    }
    _ = write!(label, "<br/><small>{}</small>", escape(&vertex.place.to_string()));
    label
}
