use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Limit(u32);

#[guard]
impl Limit {
    async fn check(&self) -> Result<(), StatusCode> {
        std::thread::sleep(std::time::Duration::from_secs(u64::from(self.0)));
        Ok(())
    }
}

fn main() {}
