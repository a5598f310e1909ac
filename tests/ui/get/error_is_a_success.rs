use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn transfer(amount: Query<u32>) -> Result<NoContent, String> {
    if *amount > 100 { Err("not enough money".to_owned()) } else { Ok(NoContent) }
}

static TABLE: Table<App> = table![transfer];

fn main() {}
