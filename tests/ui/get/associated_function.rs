use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Notes;

impl Notes {
    const NONE: &str = "none";

    #[get("/notes")]
    async fn list() -> String {
        Self::NONE.to_owned()
    }
}

fn main() {}
