//! The same handlers on two executors at once: tokio on `$PORT` (8000), smol on the next.
//!
//! ```sh
//! cargo run --example executors
//! curl http://127.0.0.1:8000/slow
//! curl http://127.0.0.1:8001/slow
//! ```
//!
//! Nothing in a handler or provider says where it runs. What must differ is handed to the container.

use std::{io, process, sync::Arc, thread, time::Duration};

use di_server::{prelude::*, rt::Runtime};
use serde::Serialize;

#[derive(Container)]
struct App {
    #[container(input)]
    executor: Executor,
    #[container(input)]
    clock: Clock,
}

/// Which executor this is.
#[derive(Clone, Copy, Serialize)]
struct Executor(&'static str);

/// A timer of that executor: tokio's own would not tick on smol.
struct Clock(Arc<dyn Runtime>);

#[derive(Serialize)]
struct Answer {
    executor: Executor,
    thread: String,
}

impl Answer {
    fn of(executor: Executor) -> Json<Self> {
        Json(Self { executor, thread: thread::current().name().unwrap_or("unnamed").to_owned() })
    }
}

/// Runs on the executor.
#[get("/")]
async fn answer(&executor: &Executor) -> Json<Answer> {
    Answer::of(executor)
}

/// Waits on the executor's timer.
#[get("/slow")]
async fn slow(&executor: &Executor, clock: &Clock) -> Json<Answer> {
    clock.0.sleep(Duration::from_millis(100)).await;
    Answer::of(executor)
}

/// A plain `fn`: runs where the executor runs what blocks.
#[get("/blocking")]
fn blocking(&executor: &Executor) -> Json<Answer> {
    thread::sleep(Duration::from_millis(100));
    Answer::of(executor)
}

static TABLE: Table<App> = table![answer, slow, blocking, openapi("/openapi.json")];

fn main() -> Result<(), di_server::Error> {
    let port: u16 = std::env::var("PORT").map_or(Ok(8000), |port| port.parse())?;
    let next = port.checked_add(1).ok_or_else(|| io::Error::other("`PORT` has none after it"))?;
    println!("tokio: curl http://127.0.0.1:{port}/  (also /slow and /blocking)");
    println!("smol:  curl http://127.0.0.1:{next}/  (also /slow and /blocking)");
    // Both stop at Ctrl-C; if one cannot start, the other does not go on alone.
    let on_smol = thread::spawn(move || {
        if let Err(error) = smol::block_on(on_smol(next)) {
            eprintln!("on smol: {error:?}");
            process::exit(1);
        }
    });
    on_tokio(port)?;
    on_smol.join().expect("the thread does not panic");
    Ok(())
}

#[tokio::main]
async fn on_tokio(port: u16) -> Result<(), di_server::Error> {
    let runtime: Arc<dyn Runtime> = Arc::new(di_server::server::tokio::TokioRuntime::current());
    let app = App::builder().executor(Executor("tokio")).clock(Clock(runtime)).build().await?;
    di_server::serve(app, &TABLE, ("127.0.0.1", port)).await
}

async fn on_smol(port: u16) -> Result<(), di_server::Error> {
    let runtime: Arc<dyn Runtime> = Arc::new(di_server::server::smol::SmolRuntime::new());
    let app = App::builder().executor(Executor("smol")).clock(Clock(runtime)).build().await?;
    di_server::smol::serve(app, &TABLE, ("127.0.0.1", port)).await
}
