//! What can be wrong with a graph, and how is it said?
//!
//! Each rule is a `const fn` that returns the message of the first fault it finds. The attribute of the faulty function
//! calls it in a constant and panics with the text itself, at the user's own tokens, so the compiler prints one error and
//! no frames of const evaluation.
//!
//! A fault is reported once, where it arises: a cycle at its first member in the source, a body read twice at the
//! function below which the two readers first meet.

use super::{Function, Node, Param, PathShape, Place, RouteRecord, RouteRef, Scope, Source, Use, Wrap};
use crate::{
    route::{PathNeed, RouteMeta, Segment},
    scope::Build,
    text::Text,
};

/// What stands in for a handler whose attribute was refused.
pub const REFUSED: RouteRef = {
    static SEGMENTS: [Segment; 1] = [Segment::literal("")];
    static ROUTE: RouteRecord = RouteRecord::bare(RouteMeta {
        method: "",
        path: "/",
        segments: &SEGMENTS,
        name: "",
        place: Place { file: "", line: 0, column: 0 },
        needs: &[],
    });
    RouteRef::new(&ROUTE)
};

/// The rules for parameter number `index` of a handler or a guard.
#[must_use]
pub const fn handler(function: &Function, params: &'static [Param], index: usize) -> Option<Text> {
    match usage(function, &params[index]) {
        None => body(function, params, index),
        fault => fault,
    }
}

/// The rules for parameter number `index` of a provider.
#[must_use]
pub const fn provider(function: &Function, params: &'static [Param], index: usize) -> Option<Text> {
    handler(function, params, index)
}

/// The rules for parameter number `index` of a singleton's provider.
#[must_use]
pub const fn singleton(function: &Function, params: &'static [Param], index: usize) -> Option<Text> {
    let param = &params[index];
    match outlived(param) {
        Some(chain) => Some(
            Text::new()
                .str("singleton provider `")
                .str(function.name)
                .str("` depends on ")
                .str(chain.as_str())
                .str("\nnote: singletons are built once, before there is any request\nhelp: make `")
                .str(function.name)
                .str("` request-scoped, or take `")
                .str(param.ty)
                .str("` where it is used"),
        ),
        None => usage(function, param),
    }
}

/// Says what of `param` lives no longer than a request, through transients too.
const fn outlived(param: &Param) -> Option<Text> {
    let node = param.node.get();
    match node.scope {
        Scope::Singleton | Scope::Missing => None,
        Scope::Request => Some(Text::new().str("`").str(param.ty).str("`, which is request-scoped").str_if_at(node)),
        Scope::Input | Scope::Part => Some(Text::new().str("`").str(param.ty).str("`, which only a request has")),
        Scope::Transient => {
            let mut i = 0;
            while i < node.params.len() {
                if let Some(below) = outlived(&node.params[i]) {
                    return Some(Text::new().str("`").str(param.ty).str("`, which depends on ").str(below.as_str()));
                }
                i += 1;
            }
            None
        }
    }
}

impl Text {
    /// Appends where a provider stands.
    const fn str_if_at(self, node: &Node) -> Self {
        self.str(" (").at(&node.function.place).str(")")
    }

    /// Appends a place.
    const fn at(self, place: &Place) -> Self {
        self.str(place.file).str(":").num(place.line as usize)
    }
}

/// Whether a function may use a parameter as it does.
const fn usage(function: &Function, param: &Param) -> Option<Text> {
    let node = param.node.get();
    match (node.scope, param.usage) {
        (Scope::Missing, _) => None,
        (Scope::Input, Use::Value | Use::Run) => unread(param, node),
        (Scope::Input, _) => Some(by_value(function, param, "is read from the request by each function that takes it")),
        (_, Use::Value) => copied(function, param, node),
        (Scope::Singleton, Use::Exclusive) => Some(
            Text::new()
                .str("`")
                .str(function.name)
                .str("` takes `")
                .str(param.ty)
                .str("` as `&mut`, but it is a singleton: all requests share it\nhelp: take `&")
                .str(param.ty)
                .str("`; what changes inside it needs a lock or an atomic"),
        ),
        (Scope::Part, Use::Exclusive) => Some(
            Text::new()
                .str("`")
                .str(function.name)
                .str("` takes `")
                .str(param.ty)
                .str("` as `&mut`, but it is a part of the request, which does not change\nhelp: take `&")
                .str(param.ty)
                .str("`"),
        ),
        _ => result_of_infallible(param, node),
    }
}

const fn by_value(function: &Function, param: &Param, why: &str) -> Text {
    Text::new()
        .str("`")
        .str(function.name)
        .str("` borrows `")
        .str(param.ty)
        .str("`, which ")
        .str(why)
        .str("\nhelp: take it by value, `")
        .str(param.ty)
        .str("`")
}

/// An extractor whose type does not meet its bounds.
const fn unread(param: &Param, node: &Node) -> Option<Text> {
    if param.input.is_some() {
        return None;
    }
    Some(Text::new().str("`").str(param.ty).str("` cannot be read from the request: ").str(node.requires))
}

/// A value taken although others use it too.
const fn copied(function: &Function, param: &Param, node: &Node) -> Option<Text> {
    let shared = match node.scope {
        Scope::Singleton => "shared by all requests",
        Scope::Request => "shared within the request",
        Scope::Part => "a part of the request",
        _ => return None,
    };
    let why = match (&node.teardown, &param.clone) {
        (Some(teardown), _) => {
            Text::new().str(" and torn down after it by `").str(teardown.name).str("`, so it cannot be taken by value")
        }
        (None, None) => Text::new().str(" and not `Clone`, so it cannot be taken by value"),
        (None, Some(_)) => return None,
    };
    let help = match &node.teardown {
        Some(_) => "`",
        None => "`, or derive `Clone` for it",
    };
    Some(
        Text::new()
            .str("`")
            .str(param.ty)
            .str("` is ")
            .str(shared)
            .str(why.as_str())
            .str("\nhelp: borrow it in `")
            .str(function.name)
            .str("`: `&")
            .str(param.ty)
            .str(help),
    )
}

/// A `Result` of something that cannot fail.
const fn result_of_infallible(param: &Param, node: &Node) -> Option<Text> {
    let infallible = matches!(param.wrap, Wrap::Result) && node.error.is_none();
    if !infallible {
        return None;
    }
    Some(
        Text::new()
            .str("`")
            .str(param.ty)
            .str("` cannot fail: its provider returns no `Result`\nhelp: take `&")
            .str(param.ty)
            .str("`"),
    )
}

/// The rules for the provider of a container's field.
#[must_use]
pub const fn field(node: super::NodeRef, field: &str, ty: &str) -> Option<Text> {
    let node = node.get();
    if matches!(node.scope, Scope::Singleton | Scope::Missing) {
        return None;
    }
    let what = match node.scope {
        Scope::Request => "request-scoped",
        Scope::Transient => "transient",
        _ => "read from a request",
    };
    Some(
        Text::new()
            .str("field `")
            .str(field)
            .str("` of the container needs a singleton, but `")
            .str(ty)
            .str("` is ")
            .str(what)
            .str("\nhelp: write `#[provider(singleton)]` on `")
            .str(node.function.name)
            .str("`, or remove the field"),
    )
}

/// The rules for an error type; `ty` is how the provider writes it.
#[must_use]
pub const fn error(node: &Node, ty: &str) -> Option<Text> {
    let Some(error) = &node.error else { return None };
    if matches!(node.scope, Scope::Singleton) {
        if error.boxed.is_some() {
            return None;
        }
        return Some(
            Text::new()
                .str("`")
                .str(ty)
                .str("`, the error of singleton provider `")
                .str(node.function.name)
                .str("`, is no `std::error::Error`\nhelp: implement `std::error::Error` for it; it must be `Send` and `Sync`"),
        );
    }
    if error.respond.is_some() {
        return None;
    }
    Some(
        Text::new()
            .str("`")
            .str(ty)
            .str("`, the error of provider `")
            .str(node.function.name)
            .str("`, can neither be sent as a response nor be logged\nhelp: implement `IntoResponse` for it, or `std::error::Error`, which makes it an opaque 500"),
    )
}

/// The rules for a provider as a whole: that it does not depend on itself.
#[must_use]
pub const fn whole(node: &'static Node) -> Option<Text> {
    // The walk needs room for the nodes it has seen, and const evaluation has no heap: it is tried with more until it
    // fits. What fits in no room is said, not passed over.
    match cycle::<32>(node) {
        Walk::Full => match cycle::<1024>(node) {
            Walk::Full => match cycle::<16384>(node) {
                Walk::Full => Some(Text::new().str("`").str(node.ty).str("` depends on more than 16,384 other types")),
                walk => walk.text(),
            },
            walk => walk.text(),
        },
        walk => walk.text(),
    }
}

#[derive(Clone, Copy)]
enum Walk {
    Fine,
    Full,
    Fault(Text),
}

impl Walk {
    const fn text(self) -> Option<Text> {
        match self {
            Self::Fault(text) => Some(text),
            Self::Fine | Self::Full => None,
        }
    }
}

/// Nodes met on a walk.
struct Seen<const N: usize> {
    nodes: [Option<&'static Node>; N],
    len: usize,
}

impl<const N: usize> Seen<N> {
    const fn new() -> Self {
        Self { nodes: [None; N], len: 0 }
    }

    /// Notes `node`; says whether it was there already.
    const fn note(&mut self, node: &'static Node) -> Option<bool> {
        let mut i = 0;
        while i < self.len {
            if let Some(seen) = self.nodes[i]
                && same(seen, node)
            {
                return Some(true);
            }
            i += 1;
        }
        if self.len == N {
            return None;
        }
        self.nodes[self.len] = Some(node);
        self.len += 1;
        Some(false)
    }
}

/// Whether two nodes are certainly one: the instances of a generic provider cannot be told apart here.
const fn same(a: &Node, b: &Node) -> bool {
    !a.function.generic && !b.function.generic && same_place(a, b)
}

const fn same_place(a: &Node, b: &Node) -> bool {
    let (p, q) = (&a.function.place, &b.function.place);
    p.line == q.line
        && p.column == q.column
        && equal(a.ty, b.ty)
        && equal(a.function.name, b.function.name)
        && equal(a.function.module, b.function.module)
        && equal(p.file, q.file)
}

const fn equal(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether `a` stands before `b` in the source.
const fn before(a: &Node, b: &Node) -> bool {
    let (p, q) = (&a.function.place, &b.function.place);
    if equal(p.file, q.file) {
        return p.line < q.line || p.line == q.line && p.column < q.column;
    }
    let (p, q) = (p.file.as_bytes(), q.file.as_bytes());
    let mut i = 0;
    while i < p.len() && i < q.len() {
        if p[i] != q[i] {
            return p[i] < q[i];
        }
        i += 1;
    }
    p.len() < q.len()
}

/// Looks for a way from `root` back to itself, through nodes that stand behind it in the source: the first member of a
/// cycle reports it, the others do not.
const fn cycle<const N: usize>(root: &'static Node) -> Walk {
    let mut seen = Seen::<N>::new();
    match way_back(root, root, &mut seen, 0) {
        Back::None => Walk::Fine,
        Back::Full => Walk::Full,
        Back::Found(edges) => {
            let text = Text::new().str("dependency cycle: `").str(root.ty).str("`").str(edges.as_str());
            Walk::Fault(text.str("\nhelp: remove one of these dependencies, or split a provider in two"))
        }
    }
}

enum Back {
    None,
    Full,
    Found(Text),
}

/// How deep a walk through generic providers goes before it is held to be without end.
const DEPTH: usize = 256;

const fn way_back<const N: usize>(root: &'static Node, from: &'static Node, seen: &mut Seen<N>, depth: usize) -> Back {
    if depth == DEPTH {
        return Back::None;
    }
    let mut i = 0;
    while i < from.params.len() {
        let param = &from.params[i];
        i += 1;
        let node = param.node.get();
        if same(node, root) {
            return Back::Found(edge(from, param));
        }
        if node.params.is_empty() || !node.function.generic && before(node, root) {
            continue;
        }
        if !node.function.generic {
            match seen.note(node) {
                None => return Back::Full,
                Some(true) => continue,
                Some(false) => {}
            }
        }
        match way_back(root, node, seen, depth + 1) {
            Back::None => {}
            Back::Full => return Back::Full,
            Back::Found(rest) => return Back::Found(edge(from, param).str(rest.as_str())),
        }
    }
    Back::None
}

/// One edge of a cycle: where it is asked for and what is asked for.
const fn edge(from: &Node, param: &Param) -> Text {
    Text::new()
        .str(" -> `")
        .str(param.ty)
        .str("`\nnote: `")
        .str(from.function.name)
        .str("` (")
        .at(&from.function.place)
        .str(") takes `")
        .str(param.ty)
        .str("`")
}

/// A function that reads the body, and the parameter it reads it by.
#[derive(Clone, Copy)]
struct Reader {
    function: &'static str,
    place: Place,
    ty: &'static str,
}

/// The body is read once: parameter `index` and one before it must not both lead to it.
const fn body(function: &Function, params: &'static [Param], index: usize) -> Option<Text> {
    let Some(second) = reader(function, &params[index], 0) else { return None };
    let mut i = 0;
    while i < index {
        if let Some(first) = reader(function, &params[i], 0)
            && !one_reader(&first, &second)
        {
            return Some(twice(&first, &second));
        }
        i += 1;
    }
    None
}

const fn one_reader(a: &Reader, b: &Reader) -> bool {
    let (p, q) = (&a.place, &b.place);
    p.line == q.line
        && p.column == q.column
        && equal(a.function, b.function)
        && equal(a.ty, b.ty)
        && equal(p.file, q.file)
}

const fn twice(first: &Reader, second: &Reader) -> Text {
    Text::new()
        .str("the body of a request can be read once, and here it is read twice: as `")
        .str(first.ty)
        .str("` by `")
        .str(first.function)
        .str("` (")
        .at(&first.place)
        .str(") and as `")
        .str(second.ty)
        .str("` by `")
        .str(second.function)
        .str("` (")
        .at(&second.place)
        .str(")\nhelp: read it in one request-scoped provider, and let both take what that provides")
}

/// Who reads the body for the sake of `param`. The first will do: a function with two has a fault of its own.
const fn reader(function: &Function, param: &'static Param, depth: usize) -> Option<Reader> {
    if let Some(input) = &param.input
        && matches!(input.source, Source::Body)
    {
        return Some(Reader { function: function.name, place: function.place, ty: param.ty });
    }
    let node = param.node.get();
    if depth == DEPTH {
        return None;
    }
    let mut i = 0;
    while i < node.params.len() {
        if let Some(reader) = reader(&node.function, &node.params[i], depth + 1) {
            return Some(reader);
        }
        i += 1;
    }
    None
}

/// How many things a function and what it depends on ask of the path.
#[must_use]
pub const fn count_needs(params: &'static [Param]) -> usize {
    let mut count = 0;
    let mut i = 0;
    while i < params.len() {
        count += count_need(&params[i], 0);
        i += 1;
    }
    count
}

const fn count_need(param: &Param, depth: usize) -> usize {
    if let Some(input) = &param.input {
        return match input.path {
            PathShape::None => 0,
            PathShape::Scalar | PathShape::Tuple(_) => 1,
            PathShape::Fields(fields) => fields.len(),
        };
    }
    let node = param.node.get();
    if depth == DEPTH || matches!(node.build, Build::Given) {
        return 0;
    }
    let mut count = 0;
    let mut i = 0;
    while i < node.params.len() {
        count += count_need(&node.params[i], depth + 1);
        i += 1;
    }
    count
}

/// What a function and what it depends on ask of the path; `N` is [`count_needs`] of the same parameters.
#[must_use]
pub const fn needs<const N: usize>(function: &Function, params: &'static [Param]) -> [PathNeed; N] {
    const NONE: PathNeed = PathNeed { name: "", count: 0, by: "", place: Place { file: "", line: 0, column: 0 } };
    let mut needs = Needs { list: [NONE; N], len: 0 };
    let mut i = 0;
    while i < params.len() {
        needs.add(function, &params[i], 0);
        i += 1;
    }
    needs.list
}

struct Needs<const N: usize> {
    list: [PathNeed; N],
    len: usize,
}

impl<const N: usize> Needs<N> {
    const fn push(&mut self, function: &Function, name: &'static str, count: usize) {
        self.list[self.len] = PathNeed { name, count, by: function.name, place: function.place };
        self.len += 1;
    }

    const fn add(&mut self, function: &Function, param: &Param, depth: usize) {
        if let Some(input) = &param.input {
            match input.path {
                PathShape::None => {}
                PathShape::Scalar => self.push(function, param.name, 0),
                PathShape::Tuple(count) => self.push(function, "", count),
                PathShape::Fields(fields) => {
                    let mut i = 0;
                    while i < fields.len() {
                        self.push(function, fields[i], 0);
                        i += 1;
                    }
                }
            }
            return;
        }
        let node = param.node.get();
        if depth == DEPTH || matches!(node.build, Build::Given) {
            return;
        }
        let mut i = 0;
        while i < node.params.len() {
            self.add(&node.function, &node.params[i], depth + 1);
            i += 1;
        }
    }
}
