use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[fallback("/teams/{team}")]
async fn of_team(id: Path<u64>) -> String {
    id.to_string()
}

static TABLE: Table<App> = table![of_team];

fn main() {
    let _ = &TABLE;
}
