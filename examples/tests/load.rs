//! The demonstration runs to its end; its figures are for people to read.

mod support;

#[test]
fn answers_every_request_on_one_thread() {
    let printed = support::run("load");
    for line in ["1000 of 1000 requests", "handlers block, the slowest of 100 answers", "40 of 40 that blocked"] {
        assert!(printed.contains(line), "{printed}");
    }
}

#[test]
fn a_port_that_is_taken_is_said_to_be() {
    let said = support::run_where_taken("load");
    assert!(said.contains("AddrInUse") || said.contains("in use"), "{said}");
}
