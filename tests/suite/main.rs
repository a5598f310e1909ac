//! What does a request do? Every case runs on four executors, in process: no sockets, no clocks.
// A test binary has no outside.
#![allow(unreachable_pub, missing_debug_implementations)]

mod behaviour_after;
mod behaviour_context;
mod behaviour_dependencies;
mod behaviour_faults;
mod behaviour_fresh;
mod behaviour_guards;
mod behaviour_lazy;
mod behaviour_life;
mod behaviour_load;
mod behaviour_mixes;
mod behaviour_overrides;
mod behaviour_refusals;
mod behaviour_shutdown;
mod blocking;
mod bodies;
mod collections;
mod exclusive;
mod executors;
mod inputs;
mod jobs;
mod named;
mod own;
mod phases;
mod responses;
mod routing;
mod scopes;
mod startup;
mod support;
mod teardown;
mod tower;
