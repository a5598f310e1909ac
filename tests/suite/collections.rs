//! What is gathered from several providers?

use std::{collections::BTreeMap, sync::Arc};

use di_server::prelude::*;

use crate::{
    executors::{Rt, on_every_executor},
    support::{Barrier, Counter, Refused},
};

pub trait Notify: Send + Sync {
    fn notify(&self) -> String;
}

impl Notify for String {
    fn notify(&self) -> String {
        self.clone()
    }
}

#[derive(Container)]
pub struct App {
    #[container(input)]
    barrier: Barrier,
    #[container(input)]
    counter: Counter,
    #[container(name = email)]
    email: Arc<dyn Notify>,
    levels: Arc<[Level]>,
}

#[provider(singleton, named)]
async fn email(counter: &Counter) -> Arc<dyn Notify> {
    Arc::new(format!("email {}", counter.next()))
}

pub mod phones {
    use super::*;

    #[provider(named)]
    pub async fn sms(barrier: &Barrier, number: Query<String>) -> Result<Arc<dyn Notify>, Refused> {
        barrier.wait().await;
        if *number == "0" { Err(Refused(409)) } else { Ok(Arc::new(format!("sms to {}", *number))) }
    }

    #[provider(named)]
    pub async fn call(barrier: &Barrier) -> Arc<dyn Notify> {
        barrier.wait().await;
        Arc::new("call".to_owned())
    }
}

#[provider(transient, named)]
fn push(counter: &Counter) -> Arc<dyn Notify> {
    Arc::new(format!("push {}", counter.next()))
}

collection![Vec<Arc<dyn Notify>> = [push, phones::sms, email, phones::call]];

#[get("/all")]
async fn all(all: &Vec<Arc<dyn Notify>>, again: Vec<Arc<dyn Notify>>, #[named(email)] one: &Arc<dyn Notify>) -> String {
    assert!(all.iter().zip(&again).all(|(a, b)| Arc::ptr_eq(a, b)), "the collection is built once");
    assert!(Arc::ptr_eq(&all[2], one), "a member is what it is alone");
    all.iter().map(|one| one.notify()).collect::<Vec<_>>().join(", ")
}

pub struct Few;

collection![transient, name = Few, Vec<(&'static str, Arc<dyn Notify>)> = ["by push" = push, email,]];
collection![BTreeMap<&'static str, Arc<dyn Notify>> = [push, email]];

#[get("/named")]
fn by_name(
    #[named(Few)] list: Vec<(&'static str, Arc<dyn Notify>)>,
    map: &BTreeMap<&'static str, Arc<dyn Notify>>,
) -> String {
    let list: Vec<String> = list.iter().map(|(name, one)| format!("{name}: {}", one.notify())).collect();
    format!("{}; {:?}", list.join(", "), map.keys().collect::<Vec<_>>())
}

pub struct Level(u8);

#[provider(transient, named)]
fn low() -> Level {
    Level(1)
}

#[provider(transient, named)]
fn high() -> Level {
    Level(9)
}

collection![singleton, Arc<[Level]> = [low, high]];
collection![HashSet<u64> = []];
use std::collections::HashSet;

#[get("/levels", inline)]
fn levels(levels: &Arc<[Level]>, none: &HashSet<u64>) -> String {
    levels.iter().map(|level| level.0.to_string()).collect::<String>() + &none.len().to_string()
}

static TABLE: Table<App> = table![all, by_name, levels];

async fn client(rt: Rt) -> TestClient<App> {
    let app = App::builder().barrier(Barrier::new(2)).counter(Counter::default()).runtime(rt).build().await.unwrap();
    TestClient::new(app, &TABLE)
}

async fn members_are_built_concurrently_and_listed_in_order(rt: Rt) {
    let client = client(rt).await;
    client.get("/all?number=7").await.assert_text("push 1, sms to 7, email 0, call");
}

async fn the_failure_of_a_member_refuses(rt: Rt) {
    let client = client(rt).await;
    client.get("/all?number=0").await.assert_status(409);
    client.get("/all").await.assert_status(422);
}

async fn names_are_those_of_functions_or_those_written(rt: Rt) {
    client(rt).await.get("/named").await.assert_text("by push: push 1, email: email 0; [\"email\", \"push\"]");
}

async fn a_collection_may_be_a_singleton_and_may_be_empty(rt: Rt) {
    client(rt).await.get("/levels").await.assert_text("190");
}

async fn a_member_may_be_replaced(rt: Rt) {
    let client = client(rt).await.provide_named::<phones::sms, Arc<dyn Notify>>(|| Arc::new("fake".to_owned()));
    let client = client.provide_named::<phones::call, Arc<dyn Notify>>(|| Arc::new("none".to_owned()));
    client.get("/all").await.assert_text("push 1, fake, email 0, none");
}

on_every_executor!(
    members_are_built_concurrently_and_listed_in_order,
    the_failure_of_a_member_refuses,
    names_are_those_of_functions_or_those_written,
    a_collection_may_be_a_singleton_and_may_be_empty,
    a_member_may_be_replaced,
);
