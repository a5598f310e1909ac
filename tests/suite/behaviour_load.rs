//! What if more requests block than the pool has threads?

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use di_server::{Service, prelude::*, rt::Runtime};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Barrier, Counter, Signal, get},
};

/// How many threads the pool has, and how many times as many requests there are.
const THREADS: usize = 40;
const ROUNDS: usize = 3;

#[derive(Container)]
pub struct App {
    #[container(input)]
    rounds: Rounds,
}

/// Holds whoever comes until his round is let go.
#[derive(Clone, Default)]
pub struct Rounds {
    arrived: Counter,
    running: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    full: [Signal; ROUNDS],
    open: [Signal; ROUNDS],
}

impl Rounds {
    /// Blocks, with the others of a round; gives the round.
    fn block(&self) -> usize {
        let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(running, Ordering::SeqCst);
        let arrived = self.arrived.next();
        let round = arrived / THREADS;
        if arrived % THREADS == THREADS - 1 {
            self.full[round].set();
        }
        self.open[round].block();
        self.running.fetch_sub(1, Ordering::SeqCst);
        round
    }
}

#[get("/handler")]
fn blocks(rounds: &Rounds) -> String {
    rounds.block().to_string()
}

pub struct Round(usize);

#[provider(blocking)]
fn round(rounds: &Rounds) -> Round {
    Round(rounds.block())
}

#[get("/provider")]
async fn needs_what_blocks(round: &Round) -> String {
    round.0.to_string()
}

#[get("/async")]
async fn does_not_block(rounds: &Rounds) -> String {
    rounds.arrived.count().to_string()
}

static TABLE: Table<App> = table![blocks, needs_what_blocks, does_not_block];

async fn start(rt: Rt) -> (Service, Rounds) {
    let rounds = Rounds::default();
    let settings = Settings::default().blocking_threads(THREADS);
    let app = App::builder().rounds(rounds.clone()).settings(settings).runtime(rt).build().await.expect("is built");
    (app.service(&TABLE), rounds)
}

async fn behaviour_34_requests_that_block_come_in_rounds_and_an_async_route_answers_meanwhile(rt: Rt) {
    for routes in [["/handler", "/handler"], ["/provider", "/provider"], ["/handler", "/provider"]] {
        let (service, rounds) = start(rt.clone()).await;
        let (answers, all) = (Arc::new(Mutex::new(Vec::new())), Barrier::new(THREADS * ROUNDS + 1));
        for request in 0..THREADS * ROUNDS {
            let (service, answers, all) = (service.clone(), answers.clone(), all.clone());
            rt.spawn(Box::pin(async move {
                let answer = get(&service, routes[request % 2]).await;
                answers.lock().unwrap_or_else(PoisonError::into_inner).push((answer.status.as_u16(), answer.body));
                all.wait().await;
            }));
        }
        for round in 0..ROUNDS {
            rounds.full[round].wait().await;
            // All threads of the pool are held, and there is nobody but this test to let them go.
            get(&service, "/async").await.is(200, &((round + 1) * THREADS).to_string());
            rounds.open[round].set();
        }
        all.wait().await;
        let mut answers = std::mem::take(&mut *answers.lock().unwrap_or_else(PoisonError::into_inner));
        answers.sort();
        let expected = (0..ROUNDS).flat_map(|round| vec![(200, round.to_string()); THREADS]);
        assert!(answers.into_iter().eq(expected));
        assert_eq!(rounds.most.load(Ordering::SeqCst), THREADS, "no more than the pool has threads");
    }
}

on_every_executor![behaviour_34_requests_that_block_come_in_rounds_and_an_async_route_answers_meanwhile];
