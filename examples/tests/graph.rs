//! The graph of an example, as its user gets it.

mod support;

use std::fs;

#[test]
fn prints_a_tree() {
    let tree = support::run("graph");
    for line in [
        "PUT /me  [async fn rename]  examples/graph.rs:",
        "│  longest async path: rename -> User -> Session\n",
        "├─ reads body: Json<String>\n",
        "╞═ guard Admin of /admin  [request, inline fn admin, fails with StatusCode]  examples/graph.rs:",
        "container App\n├─ config: Config  [input, handed to the builder, App.config]  examples/graph.rs:",
    ] {
        assert!(tree.contains(line), "{line} is not in:\n{tree}");
    }
}

#[test]
fn writes_a_page_to_a_file_or_to_standard_output() {
    let file = std::env::temp_dir().join(format!("graph-{}.html", std::process::id()));
    let printed = support::run_with("graph", &["--html", file.to_str().expect("text")]);
    assert_eq!(printed, "");
    let page = fs::read_to_string(&file).expect("it wrote one");
    let _ = fs::remove_file(file);
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"), "{page}");
    assert_eq!(support::run_with("graph", &["--html"]), page);
}
