//! What the guide shows is so. Its programs are doc-tests; this is about the rest of it.

use std::{
    collections::{BTreeMap, HashSet},
    fs,
    path::{Path, PathBuf},
};

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The texts of all files below `folder` whose names end in `end`, by name.
fn texts(folder: &Path, end: &str) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(texts(&path, end));
        } else if path.to_str().unwrap().ends_with(end) {
            found.insert(path.clone(), fs::read_to_string(&path).unwrap());
        }
    }
    found
}

/// A line without its blanks, and with no place but that there is one.
fn bare(line: &str) -> String {
    let word = |word| if str::contains(word, ".rs:") { "(place)" } else { word };
    line.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn messages_of_the_compiler_are_those_of_the_ui_tests() {
    let said = texts(&folder("../tests/ui"), ".stderr");
    let said: HashSet<String> = said.values().flat_map(|text| text.lines()).map(bare).collect();
    let mut shown = 0;
    for (chapter, text) in texts(&folder("src/guide"), ".md") {
        for block in text.split("```text\n").skip(1) {
            let block = block.split("```").next().unwrap();
            for line in block.lines().map(bare).filter(|line| !line.is_empty() && !line.starts_with("-->")) {
                assert!(
                    said.contains(&line),
                    "no test in `tests/ui` has the compiler say this: {line}\nin {}",
                    chapter.display()
                );
                shown += 1;
            }
        }
    }
    assert!(shown > 50, "only {shown} lines were found");
}

#[test]
fn every_behaviour_that_a_test_is_named_after_is_listed() {
    let listed = fs::read_to_string(folder("src/guide/from_fastapi.md")).unwrap();
    let number = |line: &str| line.split_once(". ")?.0.parse().ok();
    let numbers: Vec<u32> = listed.lines().filter_map(number).collect();
    assert_eq!(numbers, (1..=40).collect::<Vec<_>>());
}

#[test]
fn each_chapter_is_in_the_index() {
    let index = fs::read_to_string(folder("src/guide/mod.rs")).unwrap();
    let (table, modules) = index.rsplit_once("chapters! {").unwrap();
    for chapter in texts(&folder("src/guide"), ".md").into_keys() {
        let name = chapter.file_stem().unwrap().to_str().unwrap();
        assert!(table.contains(&format!("//! | [`{name}`] | ")), "`{name}` is not in the table of chapters");
        assert!(modules.split_whitespace().any(|word| word == name), "`{name}` is no module");
    }
}
