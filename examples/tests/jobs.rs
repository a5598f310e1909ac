//! A queue worker and a nightly job.

mod support;

use std::{thread, time::Duration};

use support::{Example, run_with};

#[test]
fn the_worker_posts_what_is_queued_and_writes_down_only_what_it_posted() {
    let jobs = Example::start("jobs");
    for to in ["Ada", "", "Grace"] {
        let letter = format!("{{\"to\":\"{to}\"}}");
        assert_eq!(jobs.send("POST", "/letters", None, Some(&letter)).status, 202);
    }
    let all = "[\"stamp for Ada\",\"letter to Ada\",\"stamp for Grace\",\"letter to Grace\"]";
    // The worker looks again every 20 ms; only a hang lasts as long as this.
    for _ in 0..1000 {
        if jobs.get("/letters").body == all {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("the worker has written {}", jobs.get("/letters").body);
}

#[test]
fn the_nightly_job_runs_alone() {
    assert_eq!(run_with("jobs", &["nightly"]), "sorted 0 lines\n");
}
