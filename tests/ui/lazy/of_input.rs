use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn edit(page: Lazy<'_, Query<u32>>) {
    let _ = page.await;
}

static TABLE: Table<App> = table![edit];

fn main() {}
