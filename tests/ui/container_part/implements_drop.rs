use di_server::prelude::*;

#[derive(ContainerPart)]
pub struct Accounts {
    #[container(input)]
    secret: Secret,
}

pub struct Secret;

impl Drop for Accounts {
    fn drop(&mut self) {
        println!("{:p}", &self.secret);
    }
}

fn main() {}
