//! Where does a request lead beside a handler of its path: links, fallbacks, other services, hosts, layers? And what does the
//! client of tests see of it? Cases run on the four executors of the suite, in process or over a socket.
// A test binary has no outside; what is shared with the suite is not all used here.
#![allow(unreachable_pub, missing_debug_implementations, dead_code)]

mod client;
mod fallbacks;
mod hosts;
mod layers;
mod links;
mod nested;

#[path = "../suite/executors.rs"]
mod executors;
#[path = "../suite/own.rs"]
mod own;
#[path = "../suite/support.rs"]
mod support;
