//! What users are charged: a part without inputs, and invoices with a teardown.

use std::sync::{Arc, Mutex, PoisonError};

use di_server::prelude::*;

/// The singletons of this crate.
#[derive(Debug, ContainerPart)]
pub struct Billing {
    ledger: Ledger,
}

/// What has been written down.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Vec<String>>);

impl Ledger {
    /// All lines.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write(&self, line: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}

#[provider(singleton, container = any)]
fn ledger() -> Ledger {
    Ledger::default()
}

/// Who pays: an application says so.
#[derive(Debug, Clone)]
pub struct Payer(pub String);

/// The invoice of a request.
#[derive(Debug)]
pub struct Invoice {
    payer: String,
    /// What is to be paid.
    pub total: u32,
}

#[provider(container = any, teardown = close)]
async fn invoice(payer: &Payer, ledger: &Ledger) -> Invoice {
    ledger.write(format!("open {}", payer.0));
    Invoice { payer: payer.0.clone(), total: 0 }
}

async fn close(invoice: Invoice, outcome: &Outcome, ledger: &Ledger) {
    ledger.write(format!("close {} at {}: {}", invoice.payer, invoice.total, outcome.is_success()));
}

/// How an item is paid for.
pub trait Discount: Send + Sync + std::fmt::Debug {
    /// The price, once it is reduced.
    fn reduce(&self, price: u32) -> u32;
}

#[derive(Debug)]
struct Half;

impl Discount for Half {
    fn reduce(&self, price: u32) -> u32 {
        price / 2
    }
}

#[derive(Debug)]
struct Regular(bool);

impl Discount for Regular {
    fn reduce(&self, price: u32) -> u32 {
        if self.0 { price.saturating_sub(1) } else { price }
    }
}

/// Half price.
#[provider(transient, named, container = any)]
fn half() -> Arc<dyn Discount> {
    Arc::new(Half)
}

/// One less for who has paid before.
#[provider(named, container = any)]
fn regular(payer: &Payer, ledger: &Ledger) -> Arc<dyn Discount> {
    let known = format!("close {}", payer.0);
    Arc::new(Regular(ledger.lines().iter().any(|line| line.starts_with(&known))))
}

/// The name of the list of discounts, whose type is of another crate.
#[derive(Debug)]
pub struct Discounts;

collection![name = Discounts, container = any, Vec<Arc<dyn Discount>> = [half, regular]];

/// The items of one request.
#[derive(Debug, Provider)]
#[provider(container = any)]
pub struct Order {
    /// The price of one.
    pub price: Query<u32>,
    #[named(Discounts)]
    discounts: Vec<Arc<dyn Discount>>,
}

impl Order {
    /// What it costs.
    #[must_use]
    pub fn cost(&self) -> u32 {
        self.discounts.iter().fold(*self.price, |price, discount| discount.reduce(price))
    }
}
