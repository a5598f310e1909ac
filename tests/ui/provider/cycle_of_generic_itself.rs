use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Admin;
struct Has<R>(std::marker::PhantomData<R>);

#[provider]
fn has<R: Send + Sync>(inner: &Has<R>) -> Has<R> {
    let _ = inner;
    Has(std::marker::PhantomData)
}

#[get("/me")]
async fn me(admin: &Has<Admin>) {
    let _ = admin;
}

fn main() {}
