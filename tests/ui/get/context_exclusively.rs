use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Tenant;

impl Context for Tenant {
    fn enter(&self, run: &mut dyn FnMut()) {
        run();
    }
}

#[provider]
fn tenant() -> Tenant {
    Tenant
}

#[get("/")]
async fn home(tenant: &mut Tenant) {
    let _ = tenant;
}

fn main() {}
