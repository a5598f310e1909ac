//! What can be wrong with a graph, and how is it said?
//!
//! Each rule is a `const fn` that returns the message of the first fault it finds. The attribute of the faulty function
//! calls it in a constant and panics with the text itself, at the user's own tokens, so the compiler prints one error and
//! no frames of const evaluation.
//!
//! A fault is reported once, where it arises: a cycle at its first member in the source, a body read twice at the
//! function below which the two readers first meet.

mod anywhere;
mod body;
mod cycle;
mod failure;
mod fault;
mod handler;
mod job;
mod lazy;
mod params;
mod path;
mod provider;
mod reach;
mod same;
mod scope;
mod teardown;
mod usage;
mod words;

pub use self::{
    body::{reader, twice},
    failure::failure,
    fault::{Fault, at_error, at_function, at_param, at_teardown, at_value, fail},
    handler::{REFUSED, failure_of_session, handler, session},
    job::job,
    params::params,
    provider::{answers, collection, field, held, part, provider, refused, shared, singleton},
};
pub(crate) use self::{
    handler::{guard_of_session, lent},
    job::is_of_a_request,
    path::asks_for,
    reach::{Reached, has_below, reach, with_room},
};
