//! Who may change a value, and when do others see it? (design: exclusive use)

use di_server::prelude::*;

use crate::{
    executors::{Rt, on_every_executor},
    support::{Barrier, get, pause},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    barrier: Barrier,
}

#[derive(Default)]
pub struct Journal(Vec<&'static str>);

#[provider]
fn journal() -> Journal {
    Journal::default()
}

pub struct First;

#[provider]
async fn first(journal: &mut Journal, barrier: &Barrier) -> First {
    journal.0.push("first begins");
    barrier.wait().await;
    pause().await;
    journal.0.push("first ends");
    First
}

/// What others have written by the time it reads, read twice.
pub struct Reader<const N: usize>(usize, usize);

#[provider]
async fn reader<const N: usize>(journal: &Journal) -> Reader<N> {
    let before = journal.0.len();
    pause().await;
    Reader(before, journal.0.len())
}

pub struct Second;

#[provider(blocking)]
fn second(journal: &mut Journal) -> Second {
    journal.0.extend(["second begins", "second ends"]);
    Second
}

pub struct Third;

#[provider]
async fn third(journal: &mut Journal) -> Third {
    journal.0.push("third begins");
    pause().await;
    journal.0.push("third ends");
    Third
}

/// Uses something else, and has to run while `first` does.
pub struct Beside;

#[provider]
async fn beside(barrier: &Barrier) -> Beside {
    barrier.wait().await;
    Beside
}

#[get("/journal")]
#[allow(clippy::too_many_arguments)]
async fn read_all(
    first: &First,
    one: &Reader<1>,
    two: &Reader<2>,
    second: &Second,
    three: &Reader<3>,
    third: &Third,
    beside: &Beside,
    journal: &mut Journal,
) -> String {
    let _ = (first, second, third, beside);
    journal.0.push("handler");
    let readers = [(one.0, one.1), (two.0, two.1), (three.0, three.1)];
    format!("{readers:?} {}", journal.0.join(", "))
}

/// The other way round: what is declared first runs first.
#[get("/reverse")]
async fn reverse(third: &Third, zero: &Reader<0>, second: &Second, journal: &Journal) -> String {
    let _ = (third, second);
    format!("{} {}", zero.0, journal.0.join(", "))
}

/// Once more, taken by turns by the functions of a blocking run.
#[get("/handler")]
fn plain(second: &Second, journal: &mut Journal) -> String {
    let _ = second;
    journal.0.push("handler");
    journal.0.join(", ")
}

static TABLE: Table<App> = table![read_all, reverse, plain];

async fn those_that_change_a_value_run_in_plan_order_with_readers_between(rt: Rt) {
    let app = App::builder().barrier(Barrier::new(2)).runtime(rt).build().await.expect("nothing is built");
    let service = app.service(&TABLE);
    get(&service, "/journal").await.is(
        200,
        "[(2, 2), (2, 2), (4, 4)] first begins, first ends, second begins, second ends, third begins, third ends, handler",
    );
    get(&service, "/reverse").await.is(200, "2 third begins, third ends, second begins, second ends");
    get(&service, "/handler").await.is(200, "second begins, second ends, handler");
}

on_every_executor![those_that_change_a_value_run_in_plan_order_with_readers_between];
