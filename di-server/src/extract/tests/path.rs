use di_core::{
    graph::{Declaration, Extract, PathShape, Place, RouteRecord, RouteRef},
    route::{Item, RouteMeta, Segment, TableData},
};
use serde::Deserialize;

use super::Request;
use crate::extract::{Path, PathParams};

/// A request for `path`, matched by `/users/{id}/{*rest}`.
fn request(path: &str) -> Request {
    const META: RouteMeta = RouteMeta {
        method: "GET",
        path: "/users/{id}/{*rest}",
        segments: &[Segment::literal("users"), Segment::Param("id"), Segment::Wildcard("rest")],
        name: "handler",
        place: Place::NOWHERE,
    };
    static DECLARED: Declaration = Declaration::bare(META);
    static RECORD: RouteRecord = RouteRecord::bare(&DECLARED);
    static ITEMS: [Item; 1] = [Item::Route(RouteRef::new(&RECORD))];
    let table = Box::leak(Box::new(TableData::leak(&ITEMS).expect("the route is sound")));
    Request { route: Some(table.route(0)), ..Request::get(path) }
}

#[derive(Debug, PartialEq, Deserialize)]
struct File {
    rest: String,
    id: u8,
}

impl PathParams for File {
    const SHAPE: PathShape = PathShape::Fields(&["rest", "id"]);
}

#[test]
fn a_scalar_is_read_by_name_and_decoded_once() {
    let request = request("/users/7/a%20b/c%2Fd%2525+");
    assert_eq!(request.extract::<Path<u64>>("id").expect("a number"), Path(7));
    assert_eq!(request.extract::<Path<String>>("rest").expect("a text").0, "a b/c/d%25+");
}

#[test]
fn a_struct_is_read_by_its_fields_and_a_tuple_by_position() {
    let request = request("/users/7/x");
    let Path(file) = request.extract::<Path<File>>("file").expect("a file");
    assert_eq!(file, File { rest: "x".to_owned(), id: 7 });
    let Path(tuple) = request.extract::<Path<(u8, String)>>("both").expect("two");
    assert_eq!(tuple, (7, "x".to_owned()));
}

#[test]
fn all_that_is_invalid_is_reported() {
    let id = "path id invalid: expected an integer from 0 to 255, got `abc`";
    let rest = "path rest invalid: expected UTF-8, got other bytes";
    let request = request("/users/abc/%FF");
    assert_eq!(request.refusal::<Path<u8>>("id").entries(), [id]);
    assert_eq!(request.refusal::<Path<File>>("file").entries(), [rest, id]);
    assert_eq!(request.refusal::<Path<(u8, String)>>("both").entries(), [id, rest]);
    assert!(!request.refusal::<Path<u8>>("id").absent);
}

#[test]
fn a_wrong_element_of_a_tuple_does_not_move_those_behind_it() {
    let request = request("/users/abc/true");
    let id = "path id invalid: expected an integer from 0 to 255, got `abc`";
    assert_eq!(request.refusal::<Path<(u8, bool)>>("both").entries(), [id]);
    // No placeholder is an address of version 6: what follows is not known.
    let address = "path id invalid: invalid IPv6 address syntax";
    assert_eq!(request.refusal::<Path<(std::net::Ipv6Addr, u8)>>("both").entries(), [address]);
}

#[test]
fn the_shape_is_the_types() {
    assert!(matches!(<Path<u64> as Extract>::PATH, PathShape::Scalar));
    assert!(matches!(<Path<(u64, String)> as Extract>::PATH, PathShape::Tuple(2)));
    assert!(matches!(<Path<File> as Extract>::PATH, PathShape::Fields(["rest", "id"])));
}
