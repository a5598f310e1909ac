use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[job]
async fn nightly() -> Result<u32, Box<dyn std::error::Error>> {
    Ok(1)
}

async fn run(app: Application<App>) -> Result<u32, di_server::BoxError> {
    Ok(app.run::<nightly>().await?)
}

fn main() {
    let _ = run;
}
