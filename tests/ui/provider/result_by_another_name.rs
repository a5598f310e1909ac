use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Pool;

type Opened<T> = Result<T, std::io::Error>;

#[provider]
async fn pool() -> Opened<Pool> {
    Ok(Pool)
}

fn main() {}
