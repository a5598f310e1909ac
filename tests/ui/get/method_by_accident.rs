use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/greeting")]
async fn greeting(&self, name: Query<String>) -> String {
    format!("hello, {}", *name)
}

static TABLE: Table<App> = table![greeting];

fn main() {}
