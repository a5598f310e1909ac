use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Tenant;

impl Context for Tenant {
    fn enter(&self, run: &mut dyn FnMut()) {
        run();
    }
}

#[provider(teardown = leave)]
fn tenant() -> Tenant {
    Tenant
}

fn leave(_: Tenant, _: &Outcome) {}

fn main() {}
