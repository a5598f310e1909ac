use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Signed<T>(std::marker::PhantomData<T>);

#[provider]
fn signed<T: Send + Sync>(body: Json<String>, text: Json<u32>) -> Signed<T> {
    let _ = (body, text);
    Signed(std::marker::PhantomData)
}

fn main() {}
