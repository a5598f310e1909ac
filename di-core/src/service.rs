//! How does a request get to its handler?

use std::{
    alloc::Layout,
    borrow::Cow,
    convert::Infallible,
    fmt,
    future::Future,
    marker::PhantomData,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode, header::ALLOW, request::Parts};

use crate::{
    app::{Application, Container},
    body::{Body, BoxError},
    describe::TableDocs,
    graph::{HandlerCall, Job, Param, RouteRecord, RouteRef},
    layers::{self, Routed, Stack},
    matched::MatchedPath,
    overrides::{Overrides, Replaced, near_misses},
    response::{IntoResponse, Problem, Response},
    route::{Allow, Found, TableData},
    rt::Runtime,
    scope::{
        self, Env, Incoming, JobError, ResponseFuture, Unwritten,
        plan::{Plan, Roots},
    },
};

/// The routing table of an application with container `C`; built at compile time by `table![]`.
pub struct Table<C> {
    data: TableData,
    docs: TableDocs,
    container: PhantomData<fn(C)>,
}

impl<C> Table<C> {
    /// Wraps what the macro has built and checked.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(data: TableData, docs: TableDocs) -> Self {
        Self { data, docs, container: PhantomData }
    }

    /// What is known of the document.
    #[doc(hidden)]
    #[must_use]
    pub const fn docs(&self) -> &TableDocs {
        &self.docs
    }

    /// The routes.
    #[must_use]
    pub const fn data(&self) -> &TableData {
        &self.data
    }
}

impl<C> fmt::Debug for Table<C> {
    /// One line a route: method and full path.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let routes = self.data.routes().map(|route| {
            let meta = route.meta();
            format!("{} {}", if meta.is_fallback() { "fallback" } else { meta.method }, route.path())
        });
        f.debug_list().entries(routes).finish()
    }
}

/// Routes of one part of an application, to be spliced into a [`Table`]; made by `routes![]`.
pub struct Routes<C> {
    items: &'static [crate::route::Item],
    container: PhantomData<fn(C)>,
}

impl<C> Routes<C> {
    /// Wraps what the macro has listed.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(items: &'static [crate::route::Item]) -> Self {
        Self { items, container: PhantomData }
    }

    /// What the macro has listed.
    #[doc(hidden)]
    #[must_use]
    pub const fn items(&self) -> &'static [crate::route::Item] {
        self.items
    }
}

impl<C> Clone for Routes<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Routes<C> {}

impl<C> fmt::Debug for Routes<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Routes({} items)", self.items.len())
    }
}

/// An application with its routing table: takes requests, gives responses. Cheap to clone.
///
/// It is a [`tower_service::Service`], so it nests in axum and takes the layers of tower-http.
#[derive(Clone)]
pub struct Service {
    env: Arc<Env>,
    table: &'static TableData,
    /// What is around the routes of groups, where any group has layers.
    stacks: Option<Arc<[Option<Stack>]>>,
    /// Whether somebody else leaves out the bodies of answers to `HEAD`.
    keeps_head_bodies: bool,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Service({} routes)", self.table.route_count())
    }
}

impl<C: Container> Application<C> {
    /// The application serving the routes of `table`.
    #[must_use]
    pub fn service(&self, table: &'static Table<C>) -> Service {
        self.planned(table, None)
    }

    /// The application serving the routes of `table`, with `overrides` in the place of what they replace.
    ///
    /// # Panics
    ///
    /// If neither a route nor one of the overrides' [jobs](Overrides::job) reaches what the last of the overrides
    /// replaces: it would have no effect.
    #[must_use]
    #[track_caller]
    pub fn service_with(&self, table: &'static Table<C>, overrides: &Overrides<C>) -> Service {
        let service = self.planned(table, Some(&overrides.list));
        // Planned for what they reach alone: each is planned again when it is run.
        let mut jobs: Vec<Plan> = Vec::new();
        // Not by a closure, which would be who is blamed for a panic.
        for &job in &overrides.jobs {
            jobs.push(job_plan(job, Some(&overrides.list)));
        }
        if let Some(ty) = overrides.list.unreached() {
            panic!("{}", unreached(ty, service.env.plans.iter().chain(&jobs)));
        }
        service
    }

    /// Runs a job: `app.run::<nightly>().await`, where `nightly` is a function with `#[job]`.
    ///
    /// What it depends on is built as for a request and torn down after it, before this returns. A plain `fn` runs on the
    /// blocking pool.
    ///
    /// # Errors
    ///
    /// The job's own error, the failure of something that it depends on, of a teardown, or a panic.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future cancels the job as a client that goes away cancels a request: teardowns follow on the
    /// application's executor, as do the background tasks of a job that has returned, and [`idle`](Self::idle) awaits them.
    #[must_use = "a job runs when it is awaited"]
    pub fn run<J: Job<C>>(&self) -> Running<J::Output, J::Error> {
        let env = Arc::new(self.env(vec![job_plan(J::JOB, None)]));
        Box::pin(scope::run_job(env, J::JOB.get()))
    }

    /// [`run`](Self::run), with `overrides` in the place of what they replace.
    ///
    /// # Errors
    ///
    /// As `run`.
    ///
    /// # Panics
    ///
    /// If the job reaches nothing of what the last of the overrides replaces.
    #[must_use = "a job runs when it is awaited"]
    #[track_caller]
    pub fn run_with<J: Job<C>>(&self, overrides: &Overrides<C>) -> Running<J::Output, J::Error> {
        let env = Arc::new(self.env(vec![job_plan(J::JOB, Some(&overrides.list))]));
        if let Some(ty) = overrides.list.unreached() {
            panic!("{}", unreached(ty, env.plans.iter()));
        }
        Box::pin(scope::run_job(env, J::JOB.get()))
    }

    fn planned(&self, table: &'static Table<C>, overrides: Option<&Replaced>) -> Service {
        let plans = table.data.routes().map(|route| plan(route.record(), &route, overrides)).collect();
        Service {
            env: Arc::new(self.env(plans)),
            table: &table.data,
            stacks: layers::stacks(&table.data),
            keeps_head_bodies: false,
        }
    }
}

/// A job that is being run; a type with a name, so that a mistake in what is run is reported once.
pub type Running<T, E> = Pin<Box<dyn Future<Output = Result<T, JobError<E>>> + Send>>;

/// What is said of an override that has no effect.
fn unreached<'p>(ty: &str, plans: impl Iterator<Item = &'p Plan>) -> String {
    let names = plans.flat_map(|plan| plan.args.iter().map(|arg| arg.param.ty));
    let near = near_misses(ty, names);
    let help = if near.is_empty() {
        "remove the override; or add the routes that need it to the table; or name the job that does before, \
         by `.job::<J>()`"
            .to_owned()
    } else {
        format!("did you mean `{}`?", near.join("` or `"))
    };
    format!("nothing reaches `{ty}`, so overriding it has no effect\nhelp: {help}")
}

#[track_caller]
fn job_plan(job: RouteRef, overrides: Option<&Replaced>) -> Plan {
    let plan = plan_of(job.get(), &[], overrides);
    if let Some(overrides) = overrides {
        overrides.outside_a_request(job.get().meta.name, plan.args.iter().map(|arg| arg.param));
    }
    plan
}

/// Plans one route: the guards of its groups, outermost first, then its handler.
fn plan(record: RouteRef, route: &crate::route::Route<'_>, overrides: Option<&Replaced>) -> Plan {
    let guards: Vec<_> = route.groups().flat_map(|group| group.guards.iter()).map(|guard| &guard.get().param).collect();
    plan_of(record.get(), &guards, overrides)
}

fn plan_of(record: &'static RouteRecord, guards: &[&'static Param], overrides: Option<&Replaced>) -> Plan {
    let future = match record.call {
        HandlerCall::Async(call) | HandlerCall::Session(call, _) => (call.layout)(),
        HandlerCall::Inline(_) | HandlerCall::Blocking(_) => Layout::new::<()>(),
    };
    let roots = Roots {
        guards,
        params: &record.params.iter().collect::<Vec<_>>(),
        future,
        blocking: matches!(record.call, HandlerCall::Blocking(_)),
        sequential: record.sequential,
        startup: None,
        overrides,
    };
    let plan = Plan::draft(&roots, scope::header());
    if matches!(record.call, HandlerCall::Session(..)) { plan.opening() } else { plan }
}

impl Service {
    /// Answers a request; `peer` is the address of the client, if its connection has one.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future cancels the request; see [`ResponseFuture`].
    pub fn handle<B>(&self, request: Request<B>, peer: Option<SocketAddr>) -> ResponseFuture
    where
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        // In parts, since a request is large enough for its moves to cost.
        let (parts, body) = request.into_parts();
        let body = Body::stream(body);
        match (self.table.find(&parts.method, parts.uri.path()), &self.stacks) {
            (Found::Route { index, head }, None) => self.run(index, head, parts, body, peer),
            (found, Some(stacks)) => self.layered(stacks, found, Request::from_parts(parts, body), peer),
            (found, None) => self.answer(found, Request::from_parts(parts, body), peer),
        }
    }

    /// Answers a request that goes through layers.
    #[inline(never)]
    fn layered(
        &self,
        stacks: &[Option<Stack>],
        found: Found,
        mut request: Request<Body>,
        peer: Option<SocketAddr>,
    ) -> ResponseFuture {
        if let Some(path) = found.route().and_then(|route| MatchedPath::of(self.table.route(route))) {
            request.extensions_mut().insert(path);
        }
        let head = matches!(found, Found::Route { head: true, .. });
        let routed = Routed { service: self.clone().keep_head_bodies(), found, peer, depth: 0 };
        let response = routed.enter(stacks, request);
        if head && !self.keeps_head_bodies {
            return ResponseFuture::layered(Box::pin(async { scope::without_body(response.await) }));
        }
        response
    }

    /// Answers a request that has been routed, or that no route has.
    #[inline(never)]
    fn answer(&self, found: Found, request: Request<Body>, peer: Option<SocketAddr>) -> ResponseFuture {
        let (index, head) = match found {
            Found::Route { index, head } => (Some(index), head),
            _ => (self.connected(&request), false),
        };
        let (parts, body) = request.into_parts();
        match index {
            Some(index) => self.run(index, head, parts, body, peer),
            None => {
                let response = unrouted(found, &parts.method, parts.uri.path());
                ResponseFuture::ready(self.env.settings.reshaped(response, &parts))
            }
        }
    }

    #[inline]
    fn run(&self, index: u32, head: bool, parts: Parts, body: Body, peer: Option<SocketAddr>) -> ResponseFuture {
        let route = self.table.route(index);
        let below = route.meta().is_fallback().then(|| Below(route.segment_count()));
        let record = route.record().get();
        let room = Unwritten::new(&self.env, index as usize);
        let head = head && !self.keeps_head_bodies;
        ResponseFuture::run(room, record, Incoming { parts, route: Some(route), peer }, body, head, below)
    }

    /// The route of `GET` that an extended `CONNECT` ([RFC 8441](https://www.rfc-editor.org/rfc/rfc8441)) opens a session of:
    /// over HTTP/2 that is what `GET` with `Upgrade` is over HTTP/1.1.
    #[cold]
    fn connected<B>(&self, request: &Request<B>) -> Option<u32> {
        if request.method() != Method::CONNECT {
            return None;
        }
        let Found::Route { index, .. } = self.table.find(&Method::GET, request.uri().path()) else { return None };
        let opens = matches!(self.table.route(index).record().get().call, HandlerCall::Session(..));
        opens.then_some(index)
    }

    /// The same for a server that leaves out the bodies of answers to `HEAD` itself, as the last of all: layers between see them, and do
    /// as for `GET` ([RFC 9110 §9.3.2](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2)).
    #[must_use]
    pub fn keep_head_bodies(mut self) -> Self {
        self.keeps_head_bodies = true;
        self
    }

    /// The executor that the application was built with.
    #[must_use]
    pub fn runtime(&self) -> &Arc<dyn Runtime> {
        &self.env.runtime
    }
}

impl Routed {
    /// Calls the layers of the next group inward, if there is one with layers, and then the route.
    fn enter(mut self, stacks: &[Option<Stack>], mut request: Request<Body>) -> ResponseFuture {
        let table = self.service.table;
        let next = self.found.route().and_then(|route| table.layered_group(route, self.depth));
        let stack = next.and_then(|(group, depth)| stacks[group as usize].as_ref().map(|stack| (stack, depth)));
        let Some((stack, depth)) = stack else { return self.service.answer(self.found, request, self.peer) };
        self.depth = depth;
        request.extensions_mut().insert(self);
        ResponseFuture::layered(stack.call(request))
    }

    /// Goes on behind the layers that have been called last.
    pub(crate) fn onward(self, request: Request<Body>) -> ResponseFuture {
        let stacks = self.service.stacks.clone().unwrap_or_default();
        self.enter(&stacks, request)
    }
}

/// In the extensions of a request that a fallback answers: how many segments of its path lead to the fallback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Below(pub usize);

/// The answer where no handler has the request's method and path. `OPTIONS *` asks whether the server as a whole is there
/// ([RFC 9110 §9.3.7](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.7)).
fn unrouted(found: Found, method: &Method, path: &str) -> Response {
    let path = shown(path);
    match found {
        Found::NotFound if method == Method::OPTIONS && path == "*" => StatusCode::NO_CONTENT.into_response(),
        Found::Options(allow) => (StatusCode::NO_CONTENT, [(ALLOW, value(allow))], ()).into_response(),
        Found::MethodNotAllowed(allow) => Problem::new(StatusCode::METHOD_NOT_ALLOWED)
            .detail(format!("`{path}` takes {allow}"))
            .header(ALLOW, value(allow))
            .into_response(),
        Found::Route { .. } | Found::NotFound => {
            Problem::new(StatusCode::NOT_FOUND).detail(format!("nothing is at `{path}`")).into_response()
        }
    }
}

/// A path as a response repeats it: its beginning, if it is long.
fn shown(path: &str) -> Cow<'_, str> {
    const LONGEST: usize = 256;
    match path.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}\u{2026}", &path[..end])),
        None => Cow::Borrowed(path),
    }
}

fn value(allow: Allow) -> HeaderValue {
    HeaderValue::try_from(allow.to_string()).expect("methods are tokens")
}

impl<B> tower_service::Service<Request<B>> for Service
where
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = ServiceFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> ServiceFuture {
        let peer = request.extensions().get::<Peer>().map(|peer| peer.0);
        ServiceFuture(self.handle(request, peer))
    }
}

/// The address of the client, in the extensions of a request that comes to a [`Service`] by way of tower: there it is
/// what `ConnectInfo` reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// A [`ResponseFuture`] as tower has it: it never fails.
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct ServiceFuture(ResponseFuture);

impl Future for ServiceFuture {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx).map(Ok)
    }
}
