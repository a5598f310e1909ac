//! Teardowns, plain and asynchronous, that take up to four more.
#![deny(warnings)]
#![allow(dead_code)]

use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(input)]
    config: Config,
    pool: Pool,
}

pub struct Config;
pub struct Pool;

#[provider(singleton)]
fn pool() -> Pool {
    Pool
}

struct User;
struct Plain;
struct Early;
struct Late;
struct Failing;
struct Full;
struct Kept<T>(T);

#[provider]
fn user() -> User {
    User
}

#[provider(teardown = end_plain)]
fn plain() -> Plain {
    Plain
}

fn end_plain(_: Plain, _: &Outcome) {}

#[provider(teardown = ends::end_early)]
async fn early(user: &mut User) -> Early {
    let User = user;
    Early
}

mod ends {
    use super::*;

    pub(crate) fn end_early(_: Early, _: &Outcome, _: &User) -> Result<(), StatusCode> {
        Ok(())
    }
}

#[provider(teardown = end_late)]
async fn late(_: &User) -> Late {
    Late
}

async fn end_late(_: Late, outcome: &Outcome, _: &User, _: &Config) {
    let _ = outcome.is_success();
}

#[provider(teardown = end_failing)]
fn failing() -> Result<Failing, std::io::Error> {
    Ok(Failing)
}

async fn end_failing(_: Failing, _: &Outcome, _: &Pool) -> std::io::Result<()> {
    Ok(())
}

#[provider(teardown = end_full)]
fn full(_: &User, _: &Plain) -> Full {
    Full
}

async fn end_full(_: Full, _: &Outcome, _: &User, _: &Plain, _: &Pool, _: &Config) -> Result<(), StatusCode> {
    Ok(())
}

#[provider(teardown = end_kept)]
fn kept<T: Default + Send + Sync>() -> Kept<T> {
    Kept(T::default())
}

fn end_kept<T>(_: Kept<T>, _: &Outcome) {}

#[get("/")]
async fn home(_: &Plain, _: &Early, _: &Late, _: &Failing, _: &mut Full, _: &Kept<u32>) {}

static TABLE: Table<App> = table![home];

fn main() {
    assert_eq!(TABLE.data().route_count(), 1);
}
