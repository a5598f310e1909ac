//! What the README says is so.

mod support;

use support::Example;

const README: &str = include_str!("../../README.md");

/// The blocks fenced as `language`, in order.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    README.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap_or_default()).collect()
}

/// Runs the `curl` lines of a block against an example; what they print is in the comment below each.
#[track_caller]
fn check(example: &str, block: &str) {
    let example = Example::start(example);
    let (mut script, mut expected) = (String::new(), Vec::new());
    for line in block.lines() {
        match line.strip_prefix("# ") {
            Some(output) => expected.push(output),
            // Not all bodies end their line.
            None => script += &format!("{line}\necho\n"),
        }
    }
    let script = script.replace(":8000", &format!(":{}", example.port));
    let Some(printed) = support::shell(&script) else { return };
    let printed: Vec<_> = printed.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(printed, expected);
}

#[test]
fn the_first_program_is_the_example() {
    let example = include_str!("../hello.rs").split_once("\n\n").expect("a module comment").1;
    assert_eq!(blocks("rust,no_run").first(), Some(&example));
}

#[test]
fn the_lines_for_hello_print_what_stands_below_them() {
    check("hello", blocks("sh").into_iter().find(|block| block.contains("/hello?name=")).expect("a block"));
}

#[test]
fn the_lines_for_chain_print_what_stands_below_them() {
    check("chain", blocks("sh").into_iter().find(|block| block.contains("/transfers")).expect("a block"));
}
