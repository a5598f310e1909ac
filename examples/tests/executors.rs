//! Two executors in one process.

mod support;

use support::Example;

#[test]
fn the_same_handlers_answer_on_tokio_and_on_smol() {
    let example = Example::start("executors");
    for path in ["/", "/slow", "/blocking"] {
        for (port, executor) in [(example.port, "tokio"), (example.port + 1, "smol")] {
            let reply = example.send_to(port, "GET", path, None, None);
            assert_eq!((reply.status, reply.field("executor")), (200, executor.into()), "{path}");
        }
    }
}

#[test]
fn what_blocks_runs_on_a_thread_of_its_own() {
    let example = Example::start("executors");
    let reply = example.send_to(example.port + 1, "GET", "/blocking", None, None);
    assert!(reply.field("thread").as_str().is_some_and(|thread| thread.starts_with("blocking")), "{reply:?}");
}
