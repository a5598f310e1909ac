//! What does not compile, and how does the compiler say so?
//!
//! One program for each mistake, in a folder named after the attribute that it is made in. What rustc prints is kept beside
//! it; `TRYBUILD=overwrite cargo test --test ui` writes it anew, and it is then read as a user would.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Words of generated code, and of the crates' insides, that no message may show.
const INTERNAL: &[&str] = &[
    "__di",
    "__DI",
    "__private",
    "__args",
    "__out",
    "__text",
    "__slots",
    "Probe",
    "DiProvider",
    "Args<",
    "Mapped<",
    "Infallibly<",
    "PhantomData",
    "SameProbe",
    "FutureCall",
    "TeardownCall",
];

/// What rustc prints of a constant's evaluation when the fault is not the text that the macro panics with.
const FRAMES: &[&str] = &[
    "constant evaluation",
    "inside `",
    "stack frames",
    "additional calls",
    "const-evaluating",
    "cycle detected",
    "erroneous constant",
];

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    let entries = fs::read_dir(root).expect("the folder of the cases");
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of cases");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    files.sort();
    files
}

/// By a relative path: trybuild tells by it which message belongs to which program.
fn relative(file: &Path) -> &Path {
    file.strip_prefix(env!("CARGO_MANIFEST_DIR")).expect("a file of this package")
}

// Apart from those that pass: trybuild checks programs all at once if none of them is to be run.
#[test]
fn rejected_programs_are_rejected_in_these_words() {
    let cases = trybuild::TestCases::new();
    for folder in folders().into_iter().filter(|folder| !folder.ends_with("pass")) {
        for file in files(&folder, "rs") {
            cases.compile_fail(relative(&file));
        }
    }
}

#[test]
fn programs_in_the_shape_of_the_design_compile_and_run() {
    let cases = trybuild::TestCases::new();
    for folder in folders().into_iter().filter(|folder| folder.ends_with("pass")) {
        for file in files(&folder, "rs") {
            cases.pass(relative(&file));
        }
    }
}

#[test]
fn one_mistake_is_one_error_in_words_of_the_user() {
    let mut seen = 0;
    for folder in folders().into_iter().filter(|folder| !folder.ends_with("pass")) {
        for file in files(&folder, "rs") {
            let file = file.with_extension("stderr");
            let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            check(&file, &text);
            seen += 1;
        }
    }
    assert!(seen > 200, "the cases have been found");
}

#[track_caller]
fn check(file: &Path, text: &str) {
    let is_error = |line: &&str| line.starts_with("error:") || line.starts_with("error[");
    let errors: Vec<&str> = text.lines().filter(is_error).filter(|line| !line.contains("could not compile")).collect();
    assert_eq!(errors.len(), 1, "{} has these errors: {errors:#?}", file.display());
    let said = without_own_source(text);
    for word in INTERNAL.iter().chain(FRAMES) {
        assert!(!said.contains(word), "{} says `{word}`:\n{text}", file.display());
    }
    // What only rustc can say, and says in its own words, comes without help of ours.
    let own = errors[0].starts_with("error:") || errors[0].starts_with("error[E0080]");
    let of_rustc = [
        "cannot be sent between threads",
        "parameter defaults are not supported",
        "expected expression",
        "is never used",
    ];
    let of_rustc = of_rustc.iter().any(|words| errors[0].contains(words));
    assert!(!own || of_rustc || text.contains("help: "), "{} offers no help:\n{text}", file.display());
}

/// A message without the lines that rustc quotes from these crates' source.
fn without_own_source(text: &str) -> String {
    let mut own = false;
    let lines = text.lines().filter(|line| {
        let place = line.trim_start();
        if place.starts_with("--> ") || place.starts_with("::: ") {
            own = line.contains("$WORKSPACE");
        } else if !line.contains('|') {
            own = false;
        }
        !own
    });
    lines.collect::<Vec<_>>().join("\n")
}
