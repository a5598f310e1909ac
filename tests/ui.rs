//! What does not compile, and how the compiler says so.

#[test]
fn rejected_programs_print_one_error_each() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*/*.rs");
}
