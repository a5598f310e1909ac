//! How is a service written? One chapter per capability; every program in them is compiled and run by the tests.
//!
//! | chapter | about |
//! |---|---|
//! | [`from_fastapi`] | the same feature there and here, and what our tests' numbers mean |
//! | [`from_axum`] | likewise |
//! | [`dependencies`] | providers, scopes, parameters, names, collections |
//! | [`life`] | what happens in a request, in which order, and what is undone |
//! | [`routes`] | paths, groups, guards, methods |
//! | [`inputs`] | what is read from a request |
//! | [`validation`] | whether it is as it should be |
//! | [`errors`] | how a request is refused |
//! | [`answers`] | what a handler sends |
//! | [`streaming`] | answers that take their time |
//! | [`websockets`] | sessions in both directions |
//! | [`security`] | who asks, and what for |
//! | [`blocking`] | what waits, and what keeps a thread |
//! | [`jobs`] | the same graph outside of requests |
//! | [`testing`] | requests without a socket, and other things in the place of dependencies |
//! | [`openapi`] | the document of an application |
//! | [`server`] | sockets, limits, executors, shutdown, layers |
//! | [`observing`] | contexts, spans, timings, the graph as a picture |
//! | [`crates`] | applications of several crates |
//!
//! What each attribute and type does to the last detail is in its own documentation, which the chapters link to.

macro_rules! chapters {
    ($($name:ident)*) => {
        $(
            pub mod $name {
                #![doc = include_str!(concat!(stringify!($name), ".md"))]
            }
        )*
    };
}

chapters! {
    from_fastapi from_axum dependencies life routes inputs validation errors answers streaming websockets security blocking jobs testing
    openapi server observing crates
}
