//! Handlers and providers wherever they stand: renamed, in modules, in functions, made by macros, for other containers.
#![deny(warnings)]

use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

mod other {
    use di_server::prelude::*;

    #[derive(Container)]
    pub struct Other {}

    pub struct Answer(pub u32);

    #[provider(container = Other)]
    fn answer() -> Answer {
        Answer(42)
    }

    #[get("/", container = Other)]
    pub async fn home(answer: &Answer) -> String {
        answer.0.to_string()
    }

    pub const ROUTES: Routes<Other> = routes![container = Other, home];
}

/// What is generated is no use of what is deprecated.
mod old {
    use super::App;
    use di_server::prelude::*;

    pub struct Answer;

    #[deprecated]
    #[provider]
    fn answer() -> Answer {
        Answer
    }

    #[deprecated]
    #[derive(Provider)]
    pub struct Search {
        pub text: Query<String>,
    }

    #[deprecated]
    #[job]
    pub async fn tidy(_answer: &Answer) {}

    #[deprecated]
    #[get("/old")]
    pub async fn home(_answer: &Answer) -> &'static str {
        "old"
    }

    pub const ROUTES: Routes<App> = routes![home];
}

mod users {
    use super::App;
    use di_server::prelude::*;

    #[get("/", as = List)]
    async fn list() -> &'static str {
        "users"
    }

    #[get("/{id}", as = One)]
    async fn one(id: Path<u64>) -> String {
        id.to_string()
    }

    pub(super) const ROUTES: Routes<App> = routes![List, One];
}

// A module has the name already.
#[get("/users/count", as = Users)]
async fn users_count() -> &'static str {
    "2"
}

mod pings {
    use super::App;
    use di_server::prelude::*;

    macro_rules! ping {
        ($($name:ident $path:literal $value:ident $provider:ident $body:block),*) => {
            $(
                #[get($path)]
                pub(crate) async fn $name(value: &$value) -> &'static str {
                    let _ = value;
                    stringify!($name)
                }

                #[provider]
                fn $provider() -> $value $body

                pub(crate) struct $value;
            )*
        };
    }

    ping!(ping "/ping" Ping provide_ping { Ping }, pong "/pong" Pong provide_pong { Pong });
}

// Names that generated code might think of too.
mod named {
    use super::App;
    use di_server::prelude::*;

    pub(super) struct Limited<const N: usize>;

    #[provider]
    fn limited<const N: usize>() -> Limited<N> {
        Limited
    }

    pub(super) const GROUP: usize = 1;
    pub(super) const GUARD: usize = 2;

    #[get("/named")]
    async fn named() {}

    pub(super) const ITEMS: Routes<App> = routes![named];
    pub(super) const GUARDS: Routes<App> = routes![group("/more", named)];
    pub(super) const SEGMENTS: Routes<App> = routes![group("/most", named)];
}
use named::{GROUP, GUARD, GUARDS, ITEMS, Limited, SEGMENTS};

static TABLE: Table<App> = table![
    group("/limited", guards = [Limited<GROUP>, Limited<GUARD>], ITEMS, GUARDS, SEGMENTS),
    Users,
    group("/users", users::ROUTES),
    pings::ping,
    group(pings::pong),
    group("/v1", group("/deep", crate::pings::ping)),
];
static OTHER: Table<other::Other> = table![container = other::Other, other::ROUTES];
static EMPTY: Table<App> = table![];

fn local() -> usize {
    struct Local(u32);

    #[provider]
    fn local() -> Local {
        Local(1)
    }

    #[get("/local")]
    async fn handler(local: &Local) -> String {
        local.0.to_string()
    }

    static TABLE: Table<App> = table![handler];
    TABLE.data().route_count()
}

fn main() {
    assert_eq!(TABLE.data().route_count() + OTHER.data().route_count() + local(), 11);
    assert_eq!(EMPTY.data().route_count(), 0);
}
