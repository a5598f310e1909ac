use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Quota {
    max: u32,
}

#[guard]
impl Quota {
    fn check(&self) -> Result<(), StatusCode> {
        if self.max > 0 { Ok(()) } else { Err(StatusCode::FORBIDDEN) }
    }
}

#[get("/users")]
async fn list() {}

static TABLE: Table<App> = table![group(guards = [Quota { max: 5 }], list)];

fn main() {}
