//! Who uses the application: a part with the store of users, and the user of a request.

use std::{collections::BTreeMap, sync::Arc};

use di_server::prelude::*;

/// The singletons of this crate, for the container of an application.
#[derive(Debug, ContainerPart)]
pub struct Accounts {
    #[container(input)]
    names: Names,
    store: Store,
    /// A type of another crate, which takes a name of this one.
    #[container(name = Greeting)]
    greeting: Arc<str>,
}

/// Tells the greeting from other texts.
#[derive(Debug)]
pub struct Greeting;

/// Who has which token.
#[derive(Debug, Clone)]
pub struct Names(pub BTreeMap<&'static str, &'static str>);

/// The users, by token.
#[derive(Debug)]
pub struct Store(BTreeMap<&'static str, User>);

/// The user that a request is from.
#[derive(Debug, Clone)]
pub struct User {
    /// The name.
    pub name: &'static str,
}

#[provider(singleton, container = any)]
async fn store(names: &Names) -> Store {
    Store(names.0.iter().map(|(&token, &name)| (token, User { name })).collect())
}

#[provider(singleton, container = any, name = Greeting)]
fn greeting() -> Arc<str> {
    "Hello".into()
}

#[provider(container = any)]
async fn user(token: Bearer, store: &Store) -> Result<User, StatusCode> {
    store.0.get(token.token()).cloned().ok_or(StatusCode::UNAUTHORIZED)
}

/// A welcome, for whoever is there.
#[derive(Debug)]
pub struct Welcome(pub String);

#[provider(container = any)]
fn welcome(user: Result<&User, &StatusCode>, #[named(Greeting)] greeting: &Arc<str>) -> Welcome {
    Welcome(match user {
        Ok(user) => format!("{greeting}, {}", user.name),
        Err(status) => format!("{greeting}, stranger ({})", status.as_u16()),
    })
}
