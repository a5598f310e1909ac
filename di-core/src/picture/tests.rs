//! What no compiled program has: a graph that is cyclic, or has things that nothing provides.

use crate::{
    graph::{Declaration, Function, MISSING, Node, NodeRef, Param, Place, RouteRecord, RouteRef, Scope},
    picture::Graph,
    route::{Item, RouteMeta, Segment, TableData},
    scope::{Args, AsyncProvider, Build, Field, FutureCall, Provider},
};

struct A;
struct B;

struct Built;
impl Provider for Built {
    type Value = ();
    type Error = std::convert::Infallible;
}
impl AsyncProvider for Built {
    async fn build(_: Args<'_>) -> Result<(), std::convert::Infallible> {
        Ok(())
    }
}

const fn function(name: &'static str, line: u32) -> Function {
    let place = Place::Told { file: "app.rs", line, column: 1 };
    Function::at(place, name, "app", false)
}

const BUILD: Build = Build::Async(FutureCall::<bool>::provider::<Built>());

/// `A` needs `B`, which needs `A` and itself.
static A_NODE: Node = Node {
    function: function("a", 1),
    params: &[Param::shared("b", "B", NodeRef::new(&B_NODE), true)],
    ..Node::bare::<A>("A", Scope::Request, BUILD)
};
static B_NODE: Node = Node {
    function: function("b", 2),
    params: &[
        Param::exclusive("a", "A", NodeRef::new(&A_NODE)),
        Param::shared("b", "B", NodeRef::new(&B_NODE), true),
        Param::shared("lost", "Lost", NodeRef::new(&MISSING), true),
    ],
    ..Node::bare::<B>("B", Scope::Request, BUILD)
};

static SEGMENTS: [Segment; 1] = [Segment::literal("<a>")];
static DECLARED: Declaration = Declaration {
    params: &[
        Param::shared("a", "A", NodeRef::new(&A_NODE), true),
        Param::shared("b", "B", NodeRef::new(&B_NODE), true),
    ],
    ..Declaration::bare(RouteMeta {
        method: "GET",
        path: "/<a>",
        segments: &SEGMENTS,
        name: "handle",
        place: Place::Told { file: "src/\"a\".rs", line: 1, column: 1 },
    })
};
static ROUTE: RouteRecord = RouteRecord::bare(&DECLARED);
static ITEMS: [Item; 1] = [Item::Route(RouteRef::new(&ROUTE))];
static FIELDS: [Field; 1] = [Field::One(Param::run("a", "A", NodeRef::new(&A_NODE), None))];

fn graph() -> Graph {
    let table = TableData::leak(&ITEMS).expect("a sound table");
    Graph::collect("app::App", &FIELDS, &table)
}

#[test]
fn every_form_of_a_cyclic_graph_has_an_end() {
    let graph = graph();
    for form in [graph.to_text(), graph.to_mermaid(), graph.to_dot(), graph.to_svg(), graph.to_html()] {
        assert!(form.contains("inline fn handle"), "{form}");
    }
    let one = graph.route("GET", "/<a>").expect("the route");
    assert_eq!(one.to_text(), graph.to_text());
}

#[test]
fn a_cycle_is_not_followed_twice() {
    let expected = "\
GET /<a>  [inline fn handle]  src/\"a\".rs:1
│  longest async path: handle -> A -> B
╞═ a: &A  [request, async fn a, App.a]  app.rs:1
│  ╘═ b: &B  [request, async fn b]  app.rs:2
│     ├─ a: &mut A  (above)
│     ├─ b: &B  (above)
│     └─ lost: &Lost  [input, App.?]
└─ b: &B  (above)

container App
└─ a: A  (above)
";
    assert_eq!(graph().to_text(), expected);
}

#[test]
fn lines_that_lead_backwards_are_drawn() {
    let svg = graph().to_svg();
    for line in ["GET /&lt;a&gt;: a: &amp;A", "B: a: &amp;mut A", "B: b: &amp;B", "A: b: &amp;B"] {
        assert!(svg.contains(&format!("<title>{line}</title>")), "{line} {svg}");
    }
}

#[test]
fn an_empty_table_is_an_empty_picture() {
    let graph = Graph::collect("App", &[], &TableData::leak(&[]).expect("a sound table"));
    assert_eq!(graph.to_text(), "");
    assert_eq!(graph.to_mermaid(), "flowchart LR\n");
    assert!(graph.to_svg().ends_with("</svg>"));
    assert!(graph.to_html().ends_with("</html>\n"));
}
