//! What do pictures of a dependency graph show?
//!
//! `INSTA_UPDATE=always cargo test -p di-tests --test picture` writes the snapshots anew; they are reviewed like code.

mod app;
mod forms;
mod large;
mod markup;
