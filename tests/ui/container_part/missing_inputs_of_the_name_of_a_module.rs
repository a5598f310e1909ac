use di_server::prelude::*;

mod billing {
    use di_server::prelude::*;

    #[derive(ContainerPart)]
    pub struct Billing {
        #[container(input)]
        key: Key,
    }

    pub struct Key;
}

#[derive(Container)]
pub struct App {
    #[container(part)]
    billing: billing::Billing,
}

async fn start() {
    let _ = App::builder().build().await;
}

fn main() {}
