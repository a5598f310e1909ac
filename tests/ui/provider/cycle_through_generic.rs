use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;
struct Admin;
struct Has<R>(std::marker::PhantomData<R>);

trait Role: Send + Sync + 'static {}
impl Role for Admin {}

#[provider]
fn has<R: Role>(user: &User) -> Has<R> {
    let _ = user;
    Has(std::marker::PhantomData)
}

#[provider]
fn user(admin: &Has<Admin>) -> User {
    let _ = admin;
    User
}

#[get("/me")]
async fn me(user: &User) {
    let _ = user;
}

fn main() {}
