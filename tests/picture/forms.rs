//! What each form says of one table that has everything.

use di_server::Graph;

use crate::app::TABLE;

#[track_caller]
fn one(method: &str, path: &str) -> Graph {
    TABLE.graph().route(method, path).expect("the table has this route")
}

#[test]
fn the_text_tree() {
    insta::assert_snapshot!(TABLE.graph());
}

#[test]
fn the_mermaid_flowchart() {
    insta::assert_snapshot!(TABLE.graph().to_mermaid());
}

#[test]
fn the_dot_digraph() {
    insta::assert_snapshot!(TABLE.graph().to_dot());
}

#[test]
fn the_text_tree_of_one_route() {
    insta::assert_snapshot!(one("DELETE", "/t{tenant_id}/users/{name}"));
}

#[test]
fn the_mermaid_flowchart_of_one_route() {
    insta::assert_snapshot!(one("POST", "/words/{word}/{count}").to_mermaid());
}

#[test]
fn a_route_is_found_by_its_method_and_full_path() {
    let graph = TABLE.graph();
    assert!(graph.route("GET", "/t{tenant_id}/users/{name}").is_some());
    for (method, path) in
        [("GET", "/users/{name}"), ("PUT", "/words"), ("get", "/words"), ("GET", "/words/"), ("GET", "/t1/users/x")]
    {
        assert!(graph.route(method, path).is_none(), "{method} {path}");
    }
}

#[test]
fn the_graph_of_a_route_has_the_one_route_and_what_it_reaches() {
    let text = one("GET", "/maybe").to_text();
    assert_eq!(text.matches(" [async fn maybe]").count(), 1, "{text}");
    assert!(text.contains("async fn pair"), "{text}");
    for other in ["home", "Session", "Pool", "container"] {
        assert!(!text.contains(other), "{other} is in {text}");
    }
}

#[test]
fn a_route_of_a_route_is_that_route() {
    let whole = one("GET", "/words");
    let again = whole.route("GET", "/words").expect("it is still there");
    assert_eq!(whole.to_svg(), again.to_svg());
}
