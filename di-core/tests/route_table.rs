//! The routing rules as tables of cases, built at run time from templates as users write them.
#![allow(missing_docs)]

mod route_support;

use di_core::route::{Found, TableData};
use http::Method;
use route_support::{Need, Tree, build, method, table};

/// `"<index> <name>=<value>.."`, or what else was found.
fn answer(table: &TableData, verb: &str, path: &str) -> String {
    match table.find(&method(verb), path) {
        Found::Route { index, head } => {
            let params: String =
                table.route(index).params(path).map(|(name, value)| format!(" {name}={value}")).collect();
            format!("{index}{}{params}", if head { " head" } else { "" })
        }
        Found::MethodNotAllowed(allow) => format!("405 {allow}"),
        Found::Options(allow) => format!("options {allow}"),
        Found::NotFound => "404".to_owned(),
    }
}

#[track_caller]
fn check(routes: &[&str], cases: &[(&str, &str)]) {
    let table = table(routes);
    for (request, expected) in cases {
        let (verb, path) = request.split_once(' ').unwrap();
        assert_eq!(answer(&table, verb, path), *expected, "{request}");
    }
}

#[test]
fn literals_beat_mixed_segments_beat_parameters_beat_wildcards() {
    check(
        &["GET /a", "GET /a{x}", "GET /{x}", "GET /{*x}", "GET /ab{x}", "GET /ab{x}z", "GET /{x}/b"],
        &[
            ("GET /a", "0"),
            ("GET /ax", "1 x=x"),
            ("GET /b", "2 x=b"),
            ("GET /b/c", "3 x=b/c"),
            ("GET /abc", "4 x=c"),
            ("GET /abcz", "5 x=c"),
            ("GET /acz", "1 x=cz"),
            ("GET /ab", "1 x=b"),
            ("GET /abz", "4 x=z"),
            ("GET /a/b", "6 x=a"),
            ("GET /a/c", "3 x=a/c"),
            ("GET /", "404"),
            ("GET //", "3 x=/"),
        ],
    );
}

#[test]
fn mixed_siblings_with_incompatible_ends_live_together() {
    check(
        &["GET /{name}.json", "GET /{name}.xml", "GET /{a}-{b}", "GET /@{user}.json"],
        &[
            ("GET /x.json", "0 name=x"),
            ("GET /x.xml", "1 name=x"),
            ("GET /x-y", "2 a=x b=y"),
            ("GET /x-y-z", "2 a=x b=y-z"),
            ("GET /@me.json", "3 user=me"),
            ("GET /.json", "404"),
        ],
    );
}

#[test]
fn a_choice_that_leads_nowhere_is_taken_back() {
    check(
        &["GET /a/b/c/d", "GET /a/{x}/c/e", "GET /{x}/b/c/f", "GET /{*rest}"],
        &[
            ("GET /a/b/c/d", "0"),
            ("GET /a/b/c/e", "1 x=b"),
            ("GET /a/b/c/f", "2 x=a"),
            ("GET /a/b/c/g", "3 rest=a/b/c/g"),
            ("GET /a", "3 rest=a"),
        ],
    );
}

#[test]
fn the_documented_examples_of_matchit_hold() {
    check(
        &[
            "GET /",
            "GET /home",
            "GET /{id}",
            "GET /users/{id}/posts",
            "GET /users/{name}/email",
            "GET /x/{*p}",
            "GET /{a}/{*p}",
        ],
        &[
            ("GET /", "0"),
            ("GET /home", "1"),
            ("GET /foo", "2 id=foo"),
            ("GET /users/1/posts", "3 id=1"),
            ("GET /users/1/email", "4 name=1"),
            ("GET /x/foo.css", "5 p=foo.css"),
            ("GET /x/", "404"),
            ("GET /y/z/", "6 a=y p=z/"),
            ("GET /users/1/", "6 a=users p=1/"),
        ],
    );
}

#[test]
fn trailing_slashes_and_empty_segments_are_exact() {
    check(
        &["GET /a", "GET /b/", "GET /c/{x}", "GET /c/{x}/", "GET /d/{*x}"],
        &[
            ("GET /a/", "404"),
            ("GET /b", "404"),
            ("GET /b/", "1"),
            ("GET /c/", "404"),
            ("GET /c/1", "2 x=1"),
            ("GET /c/1/", "3 x=1"),
            ("GET /c//", "404"),
            ("GET /d", "404"),
            ("GET /d/", "404"),
            ("GET /d//", "4 x=/"),
            ("GET //a", "404"),
        ],
    );
}

#[test]
fn the_path_decides_before_the_method() {
    check(
        &["GET /users/me", "POST /users/{id}", "DELETE /users/{id}", "PURGE /users/{id}", "BAN /users/{id}"],
        &[
            ("GET /users/me", "0"),
            ("POST /users/me", "405 GET, HEAD, OPTIONS"),
            ("HEAD /users/me", "0 head"),
            ("OPTIONS /users/me", "options GET, HEAD, OPTIONS"),
            ("HEAD /users/7", "405 POST, DELETE, OPTIONS, PURGE, BAN"),
            ("PURGE /users/7", "3 id=7"),
            ("purge /users/7", "405 POST, DELETE, OPTIONS, PURGE, BAN"),
            ("OPTIONS *", "404"),
            ("OPTIONS /none", "404"),
        ],
    );
}

#[test]
fn routes_of_their_own_for_head_and_options_win() {
    check(
        &["GET /", "HEAD /", "OPTIONS /"],
        &[("HEAD /", "1"), ("OPTIONS /", "2"), ("POST /", "405 GET, HEAD, OPTIONS")],
    );
}

#[test]
fn escapes_are_compared_as_sent_and_captured_raw() {
    check(
        &["GET /café/{x}", "GET /a%20b", "GET /{{x}}"],
        &[
            ("GET /caf%C3%A9/a%2Fb", "0 x=a%2Fb"),
            ("GET /caf%c3%a9/x", "404"),
            ("GET /a%20b", "1"),
            ("GET /%7Bx%7D", "2"),
        ],
    );
}

#[test]
fn long_literals_that_share_ends_are_told_apart() {
    check(
        &[
            "GET /a-literal-0001-of-some-length",
            "GET /a-literal-0002-of-some-length/x",
            "GET /exactly8/y",
            "GET /exactly8",
        ],
        &[
            ("GET /a-literal-0001-of-some-length", "0"),
            ("GET /a-literal-0002-of-some-length/x", "1"),
            ("GET /a-literal-0003-of-some-length", "404"),
            ("GET /exactly8/y", "2"),
            ("GET /exactly8", "3"),
            ("GET /exactly", "404"),
        ],
    );
}

#[test]
fn prefixes_are_put_before_what_a_group_holds() {
    let tree = [
        Tree::group(
            "/api/{tenant}",
            vec![
                Tree::route("GET "),
                Tree::route("GET /"),
                Tree::include(vec![Tree::group("/v{n}", vec![Tree::route("GET /x/{id}")])]),
                Tree::group("", vec![Tree::route("POST /x")]),
            ],
        ),
        Tree::route("GET /api/{t}/v{n}/y"),
    ];
    let table = build(&tree).unwrap();
    assert_eq!(answer(&table, "GET", "/api/acme"), "0 tenant=acme");
    assert_eq!(answer(&table, "GET", "/api/acme/"), "1 tenant=acme");
    assert_eq!(answer(&table, "GET", "/api/acme/v2/x/7"), "2 tenant=acme n=2 id=7");
    assert_eq!(answer(&table, "GET", "/api/acme/x"), "405 POST, OPTIONS");
    assert_eq!(answer(&table, "GET", "/api/acme/v2/y"), "4 t=acme n=2");
    let route = table.route(2);
    assert_eq!(route.path().to_string(), "/api/{tenant}/v{n}/x/{id}");
    assert_eq!((route.depth(), route.group(0).prefix, route.group(1).prefix), (2, "/api/{tenant}", "/v{n}"));
    let params = route.params("/api/acme/v2/x/7");
    assert_eq!(
        (params.get("id"), params.clone().get("none"), params.clone().nth(1)),
        (Some("7"), None, Some(("n", "2")))
    );
}

#[track_caller]
fn errors(tree: &[Tree], expected: &[&str]) {
    assert_eq!(build(tree).unwrap_err(), expected);
}

#[test]
fn two_routes_for_one_method_and_path_are_refused() {
    errors(
        &[Tree::route("GET /users/{id}").named("a", 3), Tree::route("GET /users/{id}").named("b", 9)],
        &["`GET /users/{id}` is routed twice: to `a` (src/lib.rs:3) and to `b` (src/lib.rs:9)\n\
           help: change one of the paths or methods, or remove one of the two from the table"],
    );
    errors(
        &[
            Tree::route("GET /users/{id}").named("a", 3),
            Tree::group("/users", vec![Tree::route("GET /{name}").named("b", 9)]),
        ],
        &["`GET /users/{name}` is routed twice: to `a` (src/lib.rs:3) and to `b` (src/lib.rs:9)\n\
           note: the first is written `/users/{id}`; names of parameters make no difference to what a path matches\n\
           help: change one of the paths or methods, or remove one of the two from the table"],
    );
}

#[test]
fn mixed_segments_without_an_order_are_refused() {
    errors(
        &[
            Tree::route("GET /a/{x}.json").named("a", 3),
            Tree::group("/a/v{n}", vec![Tree::route("GET /")]).named("", 9),
        ],
        &[
            "`{x}.json` in `/a/{x}.json` and `v{n}` in `/a/v{n}` can match the same text, and neither is more specific\n\
           note: the first is `/a/{x}.json` of `a` (src/lib.rs:3)\n\
           note: the second is `/a/v{n}`, the prefix of a group (src/lib.rs:9)\n\
           help: give one of them the longer literal at both ends, or move them apart by a segment",
        ],
    );
}

#[test]
fn empty_paths_and_names_given_twice_are_refused() {
    errors(
        &[Tree::route("GET ").named("a", 3), Tree::group("", vec![Tree::route("GET ")]).named("", 4)],
        &[
            "the path of `a` (src/lib.rs:3) is empty\nhelp: write `/`, or put the route into a `group(\"/prefix\", ..)`",
            "the path of `handler` (src/lib.rs:1) is empty\nhelp: write `/`, or put the route into a `group(\"/prefix\", ..)`",
        ],
    );
    errors(
        &[Tree::group("/{id}", vec![Tree::route("GET /x/{id}").named("a", 3)])],
        &["parameter `id` is twice in `/{id}/x/{id}` of `a` (src/lib.rs:3)\n\
           help: rename one of the two; a group's prefix and its routes share their names"],
    );
}

fn need(name: &'static str, count: usize, by: &'static str) -> Need {
    Need { name, count, by }
}

#[test]
fn what_a_path_lacks_is_named_with_the_near_miss() {
    errors(
        &[
            Tree::route("GET /users/{id}").named("get_user", 11).needs(vec![need("user_id", 0, "")]),
            Tree::group(
                "/t/{tennant}",
                vec![
                    Tree::route("GET /{id}")
                        .named("list", 5)
                        .needs(vec![need("id", 0, ""), need("tenant", 0, "current")]),
                ],
            ),
            Tree::route("GET /books/{_id}").named("remove", 7).needs(vec![need("id", 0, "")]),
            Tree::route("GET /about").named("about", 2).needs(vec![need("page", 0, "")]),
            Tree::route("GET /{a}/{b}").named("ab", 2).needs(vec![need("page", 0, "")]),
            Tree::route("GET /x/{a}/{b}").named("x", 2).needs(vec![need("", 1, "")]),
        ],
        &[
            "`user_id` asked for by handler `get_user` (src/lib.rs:11) is not in the path `/users/{id}`\n\
             help: rename the parameter to `id`, or write `/users/{user_id}`",
            "`tenant` asked for by `current` (src/main.rs:12) is not in the path `/t/{tennant}/{id}` of handler `list` \
             (src/lib.rs:5)\nhelp: rename the parameter to `tennant`, or write `/t/{tenant}/{id}`",
            "`id` asked for by handler `remove` (src/lib.rs:7) is not in the path `/books/{_id}`\nhelp: write `/books/{id}`",
            "`page` asked for by handler `about` (src/lib.rs:2) is not in the path `/about`\n\
             help: the path has no parameters; add `{page}` to it",
            "`page` asked for by handler `ab` (src/lib.rs:2) is not in the path `/{a}/{b}`\n\
             help: add `{page}` to the path, or rename the parameter to one that it has",
            "handler `x` (src/lib.rs:2) takes 1 value by position, but the path `/x/{a}/{b}` has 2 parameters\n\
             help: take one value for each parameter, those of prefixes included, or take them by name",
        ],
    );
    let met = Tree::group("/{a}", vec![Tree::route("GET /{b}").needs(vec![need("a", 0, "x"), need("", 2, "y")])]);
    assert!(build(&[met]).is_ok());
}

#[test]
fn a_tree_that_matches_all_but_the_end_is_left_for_the_wildcard() {
    // Each level has a literal and a parameter that both match; only the wildcard of the first level ends in a route.
    let mut routes = vec!["GET /{*rest}".to_owned()];
    for bits in 0..1_u32 << 10 {
        let path: String =
            (0..10).map(|at| if bits >> at & 1 == 0 { "/a".to_owned() } else { format!("/{{p{at}}}") }).collect();
        routes.push(format!("GET {path}/end"));
    }
    let routes: Vec<_> = routes.iter().map(String::as_str).collect();
    let table = table(&routes);
    let path = "/a".repeat(10) + "/miss";
    assert_eq!(answer(&table, "GET", &path), format!("0 rest={}", &path[1..]));
    let deep = "/a".repeat(100_000);
    assert_eq!(answer(&table, "GET", &deep), format!("0 rest={}", &deep[1..]));
    assert!(matches!(table.find(&Method::GET, "a"), Found::NotFound));
}
