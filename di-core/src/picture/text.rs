//! The graph as a tree of text.

use std::fmt::Write as _;

use super::{
    model::{Graph, Param, To},
    vertex::{Class, Vertex},
};

/// Each route as a tree, then the container.
pub(super) fn tree(graph: &Graph) -> String {
    let mut tree = Tree { graph, out: String::new(), said: vec![false; graph.providers.len()] };
    for (index, route) in graph.routes.iter().enumerate() {
        if index > 0 {
            tree.out.push('\n');
        }
        let vertex = route.vertex(index);
        tree.line(&vertex.title, &vertex, false);
        if route.awaits.count > 0 {
            let bar = if route.params.is_empty() { ' ' } else { '│' };
            let path = graph.async_path(route).join(" -> ");
            _ = writeln!(tree.out, "{bar}  longest async path: {path}");
        }
        tree.params(&route.params, route.awaits.next, "", true);
    }
    tree.container();
    tree.out
}

struct Tree<'g> {
    graph: &'g Graph,
    out: String,
    /// Which providers have been described.
    said: Vec<bool>,
}

impl Tree<'_> {
    fn container(&mut self) {
        let graph = self.graph;
        if graph.fields.is_empty() {
            return;
        }
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        _ = writeln!(self.out, "container {}", graph.container);
        for (i, &field) in graph.fields.iter().enumerate() {
            let provider = &graph.providers[field];
            let name = provider.field.unwrap_or_default();
            let label = format!("{name}: {}", provider.ty);
            self.provider(field, &label, None, "", i + 1 == graph.fields.len(), false);
        }
    }

    /// What a function takes, each on a line below `indent`; `request` says that singletons are there already.
    fn params(&mut self, params: &[Param], awaited: Option<usize>, indent: &str, request: bool) {
        for (i, param) in params.iter().enumerate() {
            let last = i + 1 == params.len();
            match param.to {
                To::Request(_) => {
                    self.branch(indent, last, false);
                    _ = writeln!(self.out, "{}", param.read().unwrap_or_default());
                }
                To::Provider(provider) => {
                    self.provider(provider, &param.label(), Some(awaited == Some(i)), indent, last, request);
                }
            }
        }
    }

    fn provider(&mut self, index: usize, label: &str, awaited: Option<bool>, indent: &str, last: bool, request: bool) {
        let graph = self.graph;
        let provider = &graph.providers[index];
        self.branch(indent, last, awaited == Some(true));
        let vertex = provider.vertex(&graph.container);
        if request && matches!(vertex.class, Class::Singleton | Class::Input) {
            let field = provider.field.unwrap_or("?");
            _ = writeln!(self.out, "{label}  [{}, {}.{field}]", vertex.class.name(), graph.container);
            return;
        }
        if self.said[index] {
            _ = writeln!(self.out, "{label}  (above)");
            return;
        }
        self.said[index] = true;
        self.line(label, &vertex, true);
        let indent = format!("{indent}{}", if last { "   " } else { "│  " });
        let next = provider.awaits.next.filter(|_| awaited == Some(true));
        self.params(&provider.params, next, &indent, request);
    }

    fn branch(&mut self, indent: &str, last: bool, awaited: bool) {
        self.out += indent;
        self.out += match (last, awaited) {
            (false, false) => "├─ ",
            (true, false) => "└─ ",
            (false, true) => "╞═ ",
            (true, true) => "╘═ ",
        };
    }

    /// The rest of a line: `label  [facts]  place`.
    fn line(&mut self, label: &str, vertex: &Vertex<'_>, scoped: bool) {
        let scope = scoped.then(|| vertex.class.name().to_owned());
        let facts: Vec<String> = scope.into_iter().chain(vertex.facts.iter().map(super::vertex::Fact::text)).collect();
        _ = writeln!(self.out, "{label}  [{}]  {}", facts.join(", "), vertex.place);
    }
}
