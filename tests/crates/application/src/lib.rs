//! An application of three crates: two libraries bring providers and singletons, this one the container and the table.

// What is generated is free of these too.
#![warn(clippy::exhaustive_structs, clippy::empty_structs_with_brackets, clippy::impl_trait_in_params)]

use di_server::prelude::*;
use di_tests_accounts::{Accounts, Greeting, Store, User, Welcome};
use di_tests_billing::{Billing, Invoice, Ledger, Order, Payer};
use std::sync::Arc;

/// The singletons: those of the libraries, and one of its own.
#[derive(Debug, Container)]
pub struct App {
    #[container(input)]
    prefix: Prefix,
    #[container(part)]
    accounts: Accounts,
    title: Title,
    #[container(part)]
    billing: Billing,
}

/// What is before each title.
#[expect(clippy::exhaustive_structs)]
#[derive(Debug, Clone)]
pub struct Prefix(pub &'static str);

/// A singleton that is built of those of a library.
#[derive(Debug)]
pub struct Title(String);

#[provider(singleton)]
fn title(prefix: &Prefix, #[named(Greeting)] greeting: &Arc<str>, _store: &Store) -> Title {
    Title(format!("{} {greeting}", prefix.0))
}

#[provider]
fn payer(user: &User) -> Payer {
    Payer(user.name.to_owned())
}

#[get("/title", inline)]
fn title_of_all(title: &Title) -> String {
    title.0.clone()
}

#[get("/welcome")]
async fn welcome(welcome: &Welcome) -> String {
    welcome.0.clone()
}

#[post("/buy")]
async fn buy(order: Order, invoice: &mut Invoice) -> String {
    invoice.total += order.cost();
    invoice.total.to_string()
}

#[get("/ledger")]
async fn lines(ledger: &Ledger) -> String {
    ledger.lines().join("\n")
}

/// The routes.
pub static TABLE: Table<App> = table![title_of_all, welcome, group("/billing", buy, lines)];
