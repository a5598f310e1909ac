use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[derive(Provider)]
struct Page {
    owner: Owner,
}

#[provider(transient)]
fn owner(user: &User) -> Owner {
    let _ = user;
    Owner
}

struct Owner;

#[provider]
fn user(page: Page) -> User {
    let _ = page.owner;
    User
}

fn main() {}
