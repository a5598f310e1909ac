use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct User;

#[provider]
fn user(token: Bearer) -> User {
    let _ = token;
    User
}

pub struct Mailer;

#[provider]
fn mailer(user: &User) -> Mailer {
    let _ = user;
    Mailer
}

#[job]
async fn nightly(mailer: &Mailer) {
    let _ = mailer;
}

fn main() {}
