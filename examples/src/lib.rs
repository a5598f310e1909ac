//! The examples are beside this file; `cargo run --example NAME` runs one. The programs of the README are tested from here.
#![cfg_attr(doctest, doc = include_str!("../../README.md"))]
