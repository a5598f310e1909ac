//! The chain as an application of ours: a guard, two providers, a teardown and a handler.

mod asynchronous;
mod synchronous;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), di_server::Error> {
    let (variant, port) = di_benchmarks::arguments();
    if variant.starts_with("sync") { synchronous::serve(port).await } else { asynchronous::serve(port).await }
}
