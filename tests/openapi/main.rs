//! The OpenAPI document that is made of an application's signatures.

mod app;
mod documents;
mod graph;
mod limits;
mod parts;
mod schemas;
mod served;
