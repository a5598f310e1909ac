use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Quota;

#[guard]
impl Quota {
    fn check(&self) -> Result<(), StatusCode> {
        Ok(())
    }
}

#[get("/users")]
async fn list() {}

static TABLE: Table<App> = table![group(guards = [Quota], list)];

fn main() {}
