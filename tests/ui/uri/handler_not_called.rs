use di_server::{prelude::*, uri};

#[derive(Container)]
pub struct App {}

#[get("/me")]
async fn me() {}

static TABLE: Table<App> = table![me];

fn main() {
    let _ = (&TABLE, uri!(TABLE, me));
}
