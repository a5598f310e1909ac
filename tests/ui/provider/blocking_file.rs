use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Motd(String);

#[provider]
async fn motd() -> std::io::Result<Motd> {
    let text = std::fs::read_to_string("motd.txt")?;
    Ok(Motd(text))
}

fn main() {}
