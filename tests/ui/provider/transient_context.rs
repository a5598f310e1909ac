use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Tenant(u32);

impl Context for Tenant {
    fn enter(&self, run: &mut dyn FnMut()) {
        let _ = self.0;
        run();
    }
}

#[provider(transient)]
fn tenant() -> Tenant {
    Tenant(1)
}

#[get("/")]
async fn home(tenant: Tenant) {
    drop(tenant);
}

fn main() {}
