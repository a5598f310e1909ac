//! A table of 2,000 routes is built in const evaluation within rustc's step budget.
#![deny(long_running_const_eval)]
#![allow(missing_docs)]

use di_core::graph::{Declaration, Place, RouteRecord, RouteRef};
use di_core::route::{Draft, Found, Group, Item, RouteMeta, Segment, Sizes, TableData};
use http::Method;

const HERE: Place = Place::here();

/// Ten routes under `/<resource>`, each with about four segments of its own and a parameter of its group.
macro_rules! resource {
    ($name:literal) => {{
        static DECLARED: [Declaration; 10] = {
            const L: Segment = Segment::literal($name);
            const ID: Segment = Segment::Param("id");
            const LONG: Segment = Segment::literal("a-literal-longer-than-one-key");
            [
                route("GET", concat!("/", $name), &[L]),
                route("POST", concat!("/", $name), &[L]),
                route("GET", concat!("/", $name, "/{id}"), &[L, ID]),
                route("PUT", concat!("/", $name, "/{id}"), &[L, ID]),
                route("DELETE", concat!("/", $name, "/{id}"), &[L, ID]),
                route("GET", concat!("/", $name, "/{id}/items/{item}"), {
                    &[L, ID, Segment::literal("items"), Segment::Param("item")]
                }),
                route("PUT", concat!("/", $name, "/{id}/items/{item}"), {
                    &[L, ID, Segment::literal("items"), Segment::Param("item")]
                }),
                route("GET", concat!("/", $name, "/{id}/a-literal-longer-than-one-key/{item}/parts"), {
                    &[L, ID, LONG, Segment::Param("item"), Segment::literal("parts")]
                }),
                route("GET", concat!("/", $name, "/{id}/a-literal-longer-than-one-key/{item}/parts/{part}"), {
                    &[L, ID, LONG, Segment::Param("item"), Segment::literal("parts"), Segment::Param("part")]
                }),
                route("GET", concat!("/", $name, "/{id}/files/{*rest}"), {
                    &[L, ID, Segment::literal("files"), Segment::Wildcard("rest")]
                }),
            ]
        };
        static RECORDS: [RouteRecord; 10] = [
            RouteRecord::bare(&DECLARED[0]),
            RouteRecord::bare(&DECLARED[1]),
            RouteRecord::bare(&DECLARED[2]),
            RouteRecord::bare(&DECLARED[3]),
            RouteRecord::bare(&DECLARED[4]),
            RouteRecord::bare(&DECLARED[5]),
            RouteRecord::bare(&DECLARED[6]),
            RouteRecord::bare(&DECLARED[7]),
            RouteRecord::bare(&DECLARED[8]),
            RouteRecord::bare(&DECLARED[9]),
        ];
        static ITEMS: [Item; 10] = [
            Item::Route(RouteRef::new(&RECORDS[0])),
            Item::Route(RouteRef::new(&RECORDS[1])),
            Item::Route(RouteRef::new(&RECORDS[2])),
            Item::Route(RouteRef::new(&RECORDS[3])),
            Item::Route(RouteRef::new(&RECORDS[4])),
            Item::Route(RouteRef::new(&RECORDS[5])),
            Item::Route(RouteRef::new(&RECORDS[6])),
            Item::Route(RouteRef::new(&RECORDS[7])),
            Item::Route(RouteRef::new(&RECORDS[8])),
            Item::Route(RouteRef::new(&RECORDS[9])),
        ];
        Item::Include(&ITEMS)
    }};
}

const fn route(method: &'static str, path: &'static str, segments: &'static [Segment]) -> Declaration {
    Declaration::bare(RouteMeta { method, path, segments, name: "handler", place: HERE })
}

/// A group of a hundred routes, three groups deep.
macro_rules! module {
    ($name:literal) => {{
        static INNER: Group = Group {
            prefix: "/v1",
            segments: &[Segment::literal("v1")],
            guards: &[],
            layers: &[],
            tags: &[],
            hidden: false,
            deprecated: false,
            body_limit: None,
            place: HERE,
            items: {
                static ITEMS: [Item; 10] = [
                    resource!("users"),
                    resource!("orders"),
                    resource!("invoices"),
                    resource!("payments-received"),
                    resource!("projects"),
                    resource!("repositories"),
                    resource!("issues"),
                    resource!("pull-requests"),
                    resource!("teams"),
                    resource!("organizations-and-more"),
                ];
                &ITEMS
            },
        };
        static MIDDLE_ITEMS: [Item; 1] = [Item::Group(&INNER)];
        static MIDDLE: Group = Group {
            prefix: "/tenants/{tenant}",
            segments: &[Segment::literal("tenants"), Segment::Param("tenant")],
            guards: &[],
            layers: &[],
            tags: &[],
            hidden: false,
            deprecated: false,
            body_limit: None,
            place: HERE,
            items: &MIDDLE_ITEMS,
        };
        static OUTER_ITEMS: [Item; 1] = [Item::Group(&MIDDLE)];
        static OUTER: Group = Group {
            prefix: concat!("/", $name),
            segments: &[Segment::literal($name)],
            guards: &[],
            layers: &[],
            tags: &[],
            hidden: false,
            deprecated: false,
            body_limit: None,
            place: HERE,
            items: &OUTER_ITEMS,
        };
        Item::Group(&OUTER)
    }};
}

static ITEMS: [Item; 20] = [
    module!("m00"),
    module!("m01"),
    module!("m02"),
    module!("m03"),
    module!("m04"),
    module!("m05"),
    module!("m06"),
    module!("m07"),
    module!("m08"),
    module!("m09"),
    module!("m10"),
    module!("m11"),
    module!("m12"),
    module!("m13"),
    module!("m14"),
    module!("m15"),
    module!("m16"),
    module!("m17"),
    module!("m18"),
    module!("m19"),
];
const SIZES: Sizes = Sizes::of(&ITEMS);
static DRAFT: Draft<
    { SIZES.roots },
    { SIZES.routes },
    { SIZES.groups },
    { SIZES.nodes },
    { SIZES.edges },
    { SIZES.captures },
    { SIZES.text },
> = Draft::build(&ITEMS);
const _: () = assert!(DRAFT.faults().is_none());
static TABLE: TableData = TableData::new(&DRAFT);

#[test]
fn two_thousand_routes_are_found() {
    assert_eq!(TABLE.route_count(), 2000);
    let path = "/m19/tenants/acme/v1/organizations-and-more/7/a-literal-longer-than-one-key/x/parts/y";
    let Found::Route { index, head: false } = TABLE.find(&Method::GET, path) else { panic!("not found") };
    let route = TABLE.route(index);
    assert_eq!(
        route.path().to_string(),
        "/m19/tenants/{tenant}/v1/organizations-and-more/{id}/a-literal-longer-than-one-key/{item}/parts/{part}"
    );
    let params: Vec<_> = route.params(path).collect();
    assert_eq!(params, [("tenant", "acme"), ("id", "7"), ("item", "x"), ("part", "y")]);
    assert_eq!(index, 1998);
    assert_eq!(route.groups().map(|group| group.prefix).collect::<Vec<_>>(), ["/m19", "/tenants/{tenant}", "/v1"]);
}

#[test]
fn every_route_is_found_by_its_own_template() {
    for (at, route) in TABLE.routes().enumerate() {
        // A parameter matches the text of its own template.
        let path = route.path().to_string().replace("{*rest}", "a/b");
        let method = Method::from_bytes(route.meta().method.as_bytes()).unwrap();
        let Found::Route { index, head: false } = TABLE.find(&method, &path) else { panic!("{path}") };
        assert_eq!(index as usize, at);
    }
}
