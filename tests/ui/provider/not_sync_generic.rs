use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Page<T>(T);
struct Cached<T>(T);

#[provider]
fn page<T: Default + Send>() -> Page<T> {
    Page(T::default())
}

#[provider]
fn cached<T: Default + Send>(page: &Page<T>) -> Cached<T> {
    let _ = &page.0;
    Cached(T::default())
}

#[get("/")]
async fn home(cached: &Cached<u32>) -> String {
    cached.0.to_string()
}

static TABLE: Table<App> = table![home];

fn main() {}
