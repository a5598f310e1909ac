//! Does it matter what is `async` and what is not?
//!
//! Two providers, one needs the other, each in every mix of a provider and a teardown, and above them every kind of
//! handler: whatever the mix, the same events in the same order, and the same response.

use std::{marker::PhantomData, mem};

use di_server::{Service, graph::Provide, prelude::*};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Broken, Log, Refused, get, pause},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
}

/// How a provider and its teardown are written.
pub trait Mix: Send + Sync + 'static {}

/// Needed by the other.
pub struct Inner<M> {
    alive: Alive,
    mix: PhantomData<M>,
}

/// Needs an inner one of any mix.
pub struct Outer<M, I> {
    alive: Alive,
    mixes: PhantomData<(M, I)>,
}

/// Logged if it is dropped without having been torn down.
pub struct Alive(Log);

impl Alive {
    fn end(self, name: &str, outcome: &Outcome) {
        self.0.push(format_args!("end {name} {outcome:?}"));
        mem::forget(self);
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.push("lost");
    }
}

/// What the request asks to go wrong.
fn fault(wanted: Option<Query<String>>, place: &str) -> Result<(), Refused> {
    match wanted {
        Some(fault) if fault.0 == format!("{place}-refuses") => Err(Refused(409)),
        Some(fault) if fault.0 == format!("{place}-panics") => panic!("on purpose: {}", fault.0),
        _ => Ok(()),
    }
}

/// Writes a mix: the two providers and their teardowns.
macro_rules! mix {
    ($mix:ident: [$($option:ident)?] [$($async:ident)?] $built:block, [$($end_async:ident)?] $ended:block) => {
        pub struct $mix;
        impl Mix for $mix {}

        const _: () = {
            #[provider($($option,)? teardown = end_inner)]
            $($async)? fn inner(log: &Log, wanted: Option<Query<String>>) -> Result<Inner<$mix>, Refused> {
                log.push("inner");
                $built;
                fault(wanted, "inner")?;
                Ok(Inner { alive: Alive(log.clone()), mix: PhantomData })
            }

            $($end_async)? fn end_inner(inner: Inner<$mix>, outcome: &Outcome) -> Result<(), Refused> {
                $ended;
                let Inner { alive, mix: _ } = inner;
                alive.end("inner", outcome);
                Ok(())
            }

            #[provider($($option,)? teardown = end_outer)]
            $($async)? fn outer<I: Mix>(
                inner: &Inner<I>,
                wanted: Option<Query<String>>,
            ) -> Result<Outer<$mix, I>, Broken>
            where
                Inner<I>: Provide<App>,
            {
                inner.alive.0.push("outer");
                $built;
                fault(wanted, "outer").map_err(|_| Broken)?;
                Ok(Outer { alive: Alive(inner.alive.0.clone()), mixes: PhantomData })
            }

            /// Takes what its provider took, which is still alive.
            $($end_async)? fn end_outer<I: Mix>(
                outer: Outer<$mix, I>,
                outcome: &Outcome,
                inner: &Inner<I>,
            ) -> Result<(), Refused> {
                $ended;
                inner.alive.0.push("inner is alive");
                outer.alive.end("outer", outcome);
                Ok(())
            }
        };
    };
}

mix!(Ff: [] [] {}, [] {});
mix!(Fa: [] [] {}, [async] { pause().await });
mix!(Af: [] [async] { pause().await }, [] {});
mix!(Aa: [] [async] { pause().await }, [async] { pause().await });
mix!(Bf: [blocking] [] {}, [] {});
mix!(Ba: [blocking] [] {}, [async] { pause().await });

/// What every kind of handler does.
fn handle(log: &Log, wanted: Option<Query<String>>) -> Result<&'static str, Refused> {
    log.push("handler");
    fault(wanted, "handler").map(|()| "done")
}

/// Writes the handlers above an inner value of one mix: for each mix of an outer value, one of each kind.
macro_rules! handlers {
    ($module:ident above $inner:ident: $($outer_module:ident $outer:ident $path:literal),*) => {
        mod $module {
            $(
                mod $outer_module {
                    use super::super::*;

                    type Above = Outer<$outer, $inner>;

                    #[get("/async")]
                    async fn asynchronous(
                        outer: &Above,
                        inner: &Inner<$inner>,
                        wanted: Option<Query<String>>,
                    ) -> Result<&'static str, Refused> {
                        let _ = outer;
                        pause().await;
                        let handled = handle(&inner.alive.0, wanted);
                        pause().await;
                        handled
                    }

                    #[get("/fn")]
                    fn blocking(
                        outer: &Above,
                        inner: &Inner<$inner>,
                        wanted: Option<Query<String>>,
                    ) -> Result<&'static str, Refused> {
                        let _ = outer;
                        handle(&inner.alive.0, wanted)
                    }

                    #[get("/inline", inline)]
                    fn inline(
                        outer: &Above,
                        inner: &Inner<$inner>,
                        wanted: Option<Query<String>>,
                    ) -> Result<&'static str, Refused> {
                        let _ = outer;
                        handle(&inner.alive.0, wanted)
                    }

                    #[get("/future")]
                    fn future(
                        outer: &Above,
                        log: &Log,
                        wanted: Option<Query<String>>,
                    ) -> impl Future<Output = Result<&'static str, Refused>> + Send {
                        let (_, log) = (outer, log.clone());
                        async move {
                            pause().await;
                            handle(&log, wanted)
                        }
                    }

                    pub const ROUTES: Routes<App> = routes![asynchronous, blocking, inline, future];
                }
            )*

            use super::*;
            pub const ROUTES: Routes<App> = routes![$(group($path, $outer_module::ROUTES)),*];
        }
    };
}

handlers!(ff above Ff: ff Ff "/ff", fa Fa "/fa", af Af "/af", aa Aa "/aa", bf Bf "/bf", ba Ba "/ba");
handlers!(fa above Fa: ff Ff "/ff", fa Fa "/fa", af Af "/af", aa Aa "/aa", bf Bf "/bf", ba Ba "/ba");
handlers!(af above Af: ff Ff "/ff", fa Fa "/fa", af Af "/af", aa Aa "/aa", bf Bf "/bf", ba Ba "/ba");
handlers!(aa above Aa: ff Ff "/ff", fa Fa "/fa", af Af "/af", aa Aa "/aa", bf Bf "/bf", ba Ba "/ba");
handlers!(bf above Bf: ff Ff "/ff", fa Fa "/fa", af Af "/af", aa Aa "/aa", bf Bf "/bf", ba Ba "/ba");
handlers!(ba above Ba: ff Ff "/ff", fa Fa "/fa", af Af "/af", aa Aa "/aa", bf Bf "/bf", ba Ba "/ba");

static TABLE: Table<App> = table![
    group("/ff", ff::ROUTES),
    group("/fa", fa::ROUTES),
    group("/af", af::ROUTES),
    group("/aa", aa::ROUTES),
    group("/bf", bf::ROUTES),
    group("/ba", ba::ROUTES),
];

const MIXES: [&str; 6] = ["ff", "fa", "af", "aa", "bf", "ba"];
const HANDLERS: [&str; 4] = ["async", "fn", "inline", "future"];

/// Asks every mix for the same, and expects the same of all.
async fn all(service: &Service, log: &Log, wanted: &str, status: u16, events: &[&str]) {
    for inner in MIXES {
        for outer in MIXES {
            for handler in HANDLERS {
                let uri = format!("/{inner}/{outer}/{handler}?wanted={wanted}");
                get(service, &uri).await.is_status(status);
                assert_eq!(log.take(), events, "{uri}");
            }
        }
    }
}

async fn behaviour_05_every_mix_succeeds_alike(rt: Rt) {
    let (service, log) = start(rt).await;
    let torn_down = ["inner is alive", "end outer Success(200)", "end inner Success(200)"];
    let events = [&["inner", "outer", "handler"][..], &torn_down].concat();
    all(&service, &log, "nothing", 200, &events).await;
}

async fn behaviour_05_every_mix_fails_alike_in_the_handler(rt: Rt) {
    let (service, log) = start(rt).await;
    for (wanted, status, outcome) in [("handler-refuses", 409, "Error(409)"), ("handler-panics", 500, "Panic")] {
        let torn_down = [format!("end outer {outcome}"), format!("end inner {outcome}")];
        let events = ["inner", "outer", "handler", "inner is alive", &torn_down[0], &torn_down[1]];
        all(&service, &log, wanted, status, &events).await;
    }
}

async fn behaviour_05_every_mix_fails_alike_in_a_provider(rt: Rt) {
    let (service, log) = start(rt).await;
    // The outer one's error is no response of its own.
    all(&service, &log, "outer-refuses", 500, &["inner", "outer", "end inner Error(500)"]).await;
    all(&service, &log, "outer-panics", 500, &["inner", "outer", "end inner Panic"]).await;
    all(&service, &log, "inner-refuses", 409, &["inner"]).await;
    all(&service, &log, "inner-panics", 500, &["inner"]).await;
}

async fn start(rt: Rt) -> (Service, Log) {
    let log = Log::default();
    let app = App::builder().log(log.clone()).runtime(rt).build().await.expect("nothing is built");
    (app.service(&TABLE), log)
}

on_every_executor![
    behaviour_05_every_mix_succeeds_alike,
    behaviour_05_every_mix_fails_alike_in_the_handler,
    behaviour_05_every_mix_fails_alike_in_a_provider,
];
