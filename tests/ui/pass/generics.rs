//! Generic providers, with bounds and where-clauses, also of derived structs.
#![deny(warnings)]

use di_server::prelude::*;
use std::{fmt::Debug, marker::PhantomData};

#[derive(Container)]
pub struct App {}

trait Table: Send + Sync + 'static {
    const NAME: &'static str;
}

struct Users;
impl Table for Users {
    const NAME: &'static str = "users";
}

struct Session;

#[provider]
async fn session() -> Session {
    Session
}

struct Repository<T, const LIMIT: usize = 10>(PhantomData<T>);

#[provider]
async fn repository<T, const LIMIT: usize>(session: &mut Session) -> Result<Repository<T, LIMIT>, std::io::Error>
where
    T: Table,
{
    let Session = session;
    Ok(Repository(PhantomData))
}

struct Cached<T: Table>(PhantomData<T>);

#[provider(blocking)]
fn cached<T: Table>(inner: &Repository<T, 10>) -> Cached<T> {
    Cached(inner.0)
}

#[derive(Provider)]
struct Listing<T>
where
    T: Debug + Send + serde::de::DeserializeOwned + 'static,
{
    filter: Query<T>,
}

#[get("/")]
async fn home(users: &Cached<Users>, few: &Repository<Users, 3>, listing: Listing<u32>) -> String {
    let (Cached(PhantomData), Repository(PhantomData)) = (users, few);
    format!("{} {:?}", Users::NAME, listing.filter.0)
}

static TABLE: di_server::Table<App> = table![home];

fn main() {
    assert_eq!(TABLE.data().route_count(), 1);
}
