use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    mailer: Mailer,
}

pub struct Mailer;
pub struct Stamp;
pub struct User;

#[provider]
fn user() -> User {
    User
}

#[provider(transient)]
fn stamp(user: &User) -> Stamp {
    let _ = user;
    Stamp
}

#[provider(singleton)]
fn mailer(stamp: Stamp) -> Mailer {
    let _ = stamp;
    Mailer
}

fn main() {}
