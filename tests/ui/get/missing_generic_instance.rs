use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Admin;
struct Editor;
struct Has<R>(std::marker::PhantomData<R>);

trait Role: Send + Sync + 'static {}
impl Role for Admin {}

#[provider]
fn has<R: Role>() -> Has<R> {
    Has(std::marker::PhantomData)
}

#[get("/")]
async fn home(editor: &Has<Editor>) {
    let _ = editor;
}

fn main() {}
