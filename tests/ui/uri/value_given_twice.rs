use di_server::{prelude::*, uri};

#[derive(Container)]
pub struct App {}

#[get("/members/{id}")]
async fn member(id: Path<u64>) -> String {
    id.to_string()
}

static TABLE: Table<App> = table![group("/teams/{team}", member)];

fn main() {
    let _ = uri!(TABLE, member(7), team = "red", team = "blue");
}
