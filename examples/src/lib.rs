//! The examples are beside this file; `cargo run --example NAME` runs one.
