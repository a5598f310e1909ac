//! How long does a process wait until it is asked to stop? By whatever executor delivers the signals.

use std::{future::pending, io};

/// Waits for the signal number `count`, from 1, each of which `received` waits for. Without any, logs why and waits for ever.
pub(super) async fn nth(count: u32, received: io::Result<impl AsyncFnMut()>) {
    match received {
        Ok(mut received) => {
            for _ in 0..count {
                received().await;
            }
        }
        Err(error) => unheard(&error).await,
    }
}

/// Logs why no signal will come, and waits for ever.
pub(super) async fn unheard(error: &io::Error) {
    tracing::error!(%error, "cannot listen to signals");
    pending::<()>().await;
}
