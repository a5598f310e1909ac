use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    mailer: Mailer,
}

pub struct Mailer;
pub struct User;

#[provider]
fn user() -> User {
    User
}

#[provider(singleton)]
fn mailer(user: &User) -> Mailer {
    let _ = user;
    Mailer
}

fn main() {}
