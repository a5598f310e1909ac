//! Tables built at run time from templates as users write them; everything is leaked, as statics are never freed either.
#![allow(dead_code, unreachable_pub)]

use di_core::graph::{
    Declaration, Extract, Function, Input, Node as Provider, NodeRef, Param, PathShape, Place, Rejection, RequestView,
    RouteRecord, RouteRef, Scope, Source,
};
use di_core::route::{Group, Item, ParsedPart, ParsedSegment, Part, Pattern, RouteMeta, Segment, TableData};
use http::Method;

/// What a test writes in place of `table![..]`.
pub struct Tree {
    node: Node,
    name: &'static str,
    line: u32,
    needs: Vec<Need>,
}

/// Something asked of a path: a parameter by its name, or without one so many values by position; by the handler, or by a
/// dependency of it.
pub struct Need {
    pub name: &'static str,
    pub count: usize,
    pub by: &'static str,
}

impl Need {
    fn param(&self) -> Param {
        let mut input = Input::of::<FromPath>();
        input.path = if self.name.is_empty() { PathShape::Tuple(self.count) } else { PathShape::Scalar };
        let node = NodeRef::new(Box::leak(Box::new(Provider::input::<FromPath>("Path", ""))));
        let asks = Param::value(self.name, "Path", node, Some(Box::leak(Box::new(input))), None);
        if self.by.is_empty() {
            return asks;
        }
        let place = Place::Told { file: "src/main.rs", line: 12, column: 1 };
        let mut provider = Provider::given::<()>("Dependency", Function::at(place, self.by, "", false), 0);
        (provider.scope, provider.params) = (Scope::Request, vec![asks].leak());
        Param::shared("dependency", "Dependency", NodeRef::new(Box::leak(Box::new(provider))), true)
    }
}

struct FromPath;

impl Extract for FromPath {
    const SOURCE: Source = Source::Path;

    fn extract(_: RequestView<'_>, _: &'static str) -> Result<Self, Rejection> {
        Ok(Self)
    }
}

enum Node {
    /// `METHOD /template`
    Route(String),
    Group(String, Vec<Tree>),
    Include(Vec<Tree>),
}

impl Tree {
    fn new(node: Node) -> Self {
        Self { node, name: "handler", line: 1, needs: Vec::new() }
    }

    pub fn route(route: &str) -> Self {
        Self::new(Node::Route(route.to_owned()))
    }

    pub fn group(prefix: &str, items: Vec<Tree>) -> Self {
        Self::new(Node::Group(prefix.to_owned(), items))
    }

    pub fn include(items: Vec<Tree>) -> Self {
        Self::new(Node::Include(items))
    }

    pub fn named(mut self, name: &'static str, line: u32) -> Self {
        (self.name, self.line) = (name, line);
        self
    }

    pub fn needs(mut self, needs: Vec<Need>) -> Self {
        self.needs = needs;
        self
    }

    fn item(&self) -> Item {
        let place = Place::Told { file: "src/lib.rs", line: self.line, column: 1 };
        match &self.node {
            Node::Include(items) => Item::Include(leak_items(items)),
            Node::Group(prefix, items) => Item::Group(Box::leak(Box::new(Group {
                prefix: leak(prefix),
                segments: if prefix.is_empty() { &[] } else { segments(&Pattern::parse_prefix(prefix).unwrap()) },
                guards: &[],
                layers: &[],
                tags: &[],
                hidden: false,
                deprecated: false,
                body_limit: None,
                items: leak_items(items),
                place,
            }))),
            Node::Route(route) => {
                let (method, path) = route.split_once(' ').unwrap();
                let meta = RouteMeta {
                    method: leak(method),
                    path: leak(path),
                    segments: segments(&Pattern::parse(path).unwrap()),
                    name: self.name,
                    place,
                };
                let params = self.needs.iter().map(Need::param).collect::<Vec<_>>().leak();
                let declaration = Box::leak(Box::new(Declaration { params, ..Declaration::bare(meta) }));
                Item::Route(RouteRef::new(Box::leak(Box::new(RouteRecord::bare(declaration)))))
            }
        }
    }
}

fn leak(s: &str) -> &'static str {
    String::leak(s.to_owned())
}

fn leak_items(items: &[Tree]) -> &'static [Item] {
    items.iter().map(Tree::item).collect::<Vec<_>>().leak()
}

/// What the macro writes for a parsed pattern.
pub fn segments(pattern: &Pattern) -> &'static [Segment] {
    let part = |part: &ParsedPart| match part {
        ParsedPart::Literal(text) => Part::Literal(leak(text)),
        ParsedPart::Param(name) => Part::Param(leak(name)),
    };
    let segment = |segment: &ParsedSegment| match segment {
        ParsedSegment::Literal(text) => Segment::literal(leak(text)),
        ParsedSegment::Param(name) => Segment::Param(leak(name)),
        ParsedSegment::Wildcard(name) => Segment::Wildcard(leak(name)),
        ParsedSegment::Mixed(parts) => Segment::Mixed(parts.iter().map(part).collect::<Vec<_>>().leak()),
    };
    pattern.segments.iter().map(segment).collect::<Vec<_>>().leak()
}

pub fn build(tree: &[Tree]) -> Result<TableData, Vec<String>> {
    TableData::leak(leak_items(tree))
}

#[track_caller]
pub fn table(routes: &[&str]) -> TableData {
    build(&routes.iter().map(|route| Tree::route(route)).collect::<Vec<_>>()).unwrap()
}

pub fn method(name: &str) -> Method {
    Method::from_bytes(name.as_bytes()).unwrap()
}
