use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Tenant;

impl Context for Tenant {
    fn enter(&self, inside: &mut dyn FnMut()) {
        inside();
    }
}

#[provider]
fn tenant() -> Tenant {
    Tenant
}

#[get("/")]
async fn home(tenant: Fresh<Tenant>) {
    drop(tenant);
}

fn main() {}
