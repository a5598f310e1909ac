//! The graph as a page: the whole, then a section for each route.
//!
//! The page is written so that it is well-formed XML too.

use std::fmt::Write as _;

use super::{
    escape::xml,
    model::{Graph, Role, Route, To},
    svg, text,
    vertex::{Class, Fact},
};

const STYLE: &str = include_str!("page.css");

/// The whole page.
pub(super) fn page(graph: &Graph) -> String {
    let title = xml(&graph.container);
    let mut out = String::from("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
    out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n";
    _ = write!(out, "<title>{title}: dependency graph</title>\n<style>\n{}{STYLE}</style>\n", svg::STYLE);
    _ = write!(
        out,
        "</head>\n<body class=\"di\">\n<header>\n<h1>{title}</h1>\n<p>{}</p>\n</header>\n<main>\n",
        sums(graph)
    );
    _ = write!(out, "<h2>Whole graph</h2>\n<div class=\"legend\">{}</div>\n", svg::inline_legend());
    _ = writeln!(out, "<div class=\"picture\">{}</div>", svg::inline(graph, true));
    if !graph.routes.is_empty() {
        out += "<h2>Routes</h2>\n";
    }
    for (index, route) in graph.routes.iter().enumerate() {
        section(&mut out, graph, index, route);
    }
    _ = write!(out, "<h2>As text</h2>\n<pre>{}</pre>\n</main>\n</body>\n</html>\n", xml(&text::tree(graph)));
    out
}

/// How much there is of everything.
fn sums(graph: &Graph) -> String {
    let count = |class| graph.providers.iter().filter(|provider| provider.class() == class).count();
    let sums = [
        (graph.routes.len(), "route"),
        (count(Class::Request), "request-scoped provider"),
        (count(Class::Transient), "transient provider"),
        (count(Class::Singleton), "singleton"),
        (count(Class::Input), "container input"),
    ];
    let sums = sums.iter().filter(|(count, _)| *count > 0);
    let sums: Vec<String> = sums.map(|(n, what)| format!("{n} {what}{}", if *n == 1 { "" } else { "s" })).collect();
    sums.join(" · ")
}

fn section(out: &mut String, graph: &Graph, index: usize, route: &Route) {
    let alone = graph.only(index);
    let (method, path) = (xml(route.method), xml(&route.path));
    // A link to what is inside opens the section.
    _ = write!(out, "<details>\n<summary><b>{method}</b> <code>{path}</code> ");
    _ = writeln!(out, "<span>{}</span></summary>\n<div id=\"r{index}\">\n<dl>", xml(route.handler));
    let facts: Vec<String> = route.vertex(index).facts.iter().map(Fact::text).collect();
    row(out, "Handler", &[format!("{}, {}", facts.join(", "), route.place)]);
    let guards = route.params.iter().filter(|param| matches!(param.role, Role::Guard(_)));
    let guards: Vec<String> = guards.map(|param| param.label().trim_start_matches("guard ").to_owned()).collect();
    row(out, "Guards", &guards);
    row(out, "Longest async path", &path_of(&alone));
    row(out, "Reads", &reads(&alone));
    let fields = alone.providers.iter().filter_map(|p| Some(format!("{}.{}: {}", alone.container, p.field?, p.ty)));
    row(out, "Container", &fields.collect::<Vec<_>>());
    let teardowns = alone
        .providers
        .iter()
        .filter_map(|provider| Some(format!("{} of {}", provider.teardown.as_ref()?, provider.ty)));
    row(out, "Teardown", &teardowns.collect::<Vec<_>>());
    _ = writeln!(out, "</dl>\n<div class=\"picture\">{}</div>\n</div>\n</details>", svg::inline(&alone, false));
}

fn row(out: &mut String, name: &str, values: &[String]) {
    if values.is_empty() {
        return;
    }
    _ = write!(out, "<dt>{name}</dt>");
    for value in values {
        _ = write!(out, "<dd><code>{}</code></dd>", xml(value));
    }
    out.push('\n');
}

fn path_of(alone: &Graph) -> Vec<String> {
    let paths = alone.routes.iter().filter(|route| route.awaits.count > 0);
    paths.map(|route| alone.async_path(route).join(" -> ")).collect()
}

/// What of the request is read, and by whom.
fn reads(alone: &Graph) -> Vec<String> {
    let handlers = alone.routes.iter().map(|route| (route.handler, &route.params));
    let providers = alone.providers.iter().map(|provider| (provider.function, &provider.params));
    let mut reads = Vec::new();
    for (function, params) in handlers.chain(providers) {
        for param in params.iter().filter(|param| matches!(param.to, To::Request(_))) {
            reads.push(match param.role {
                Role::Guard(_) => param.label(),
                _ => format!("{} by {function}", param.label()),
            });
        }
    }
    reads
}
