use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Sessions;
struct Session;

impl Sessions {
    #[provider]
    fn session(&self) -> Session {
        Session
    }
}

fn main() {}
