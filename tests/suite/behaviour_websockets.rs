//! Websockets: dependencies and guards before, sessions after, and how they end.

use std::{cell::Cell, sync::Arc, time::Duration};

use di_server::{
    prelude::*,
    rt::{BoxFuture, Runtime},
    testing::TestSocket,
};

use crate::{
    executors::{Rt, on_every_executor},
    support::{Broken, Log, Signal, pause},
};

#[derive(Container)]
pub struct App {
    #[container(input)]
    log: Log,
    #[container(input)]
    step: Arc<Steps>,
}

/// What tests and handlers wait for.
#[derive(Default)]
pub struct Steps {
    reached: Signal,
    go_on: Signal,
}

pub struct User(String);

#[provider]
fn user(token: Bearer) -> Result<User, StatusCode> {
    match token.token() {
        "ada" => Ok(User("Ada".to_owned())),
        _ => Err(StatusCode::FORBIDDEN),
    }
}

/// A transaction, ended before the goodbye.
pub struct Session {
    writes: usize,
}

#[provider(teardown = finish)]
async fn session(log: &Log) -> Session {
    log.push("begin");
    Session { writes: 0 }
}

async fn finish(session: Session, outcome: &Outcome, log: &Log) {
    let end = if outcome.is_success() { "commit" } else { "roll back" };
    log.push(format_args!("{end} {} writes after {outcome:?}", session.writes));
}

/// Something that is there until the goodbye has been said.
pub struct Place;

#[provider(teardown_after_response = leave)]
fn place(log: &Log) -> Place {
    log.push("place taken");
    Place
}

fn leave(_: Place, _: &Outcome, log: &Log) {
    log.push("place given back");
}

#[websocket("/chat/{room}", protocols = ["chat.v2", "chat.v1"], message_limit = 1000, frame_limit = 500)]
async fn chat(
    mut socket: WebSocket,
    room: Path<String>,
    user: &User,
    session: &mut Session,
    _place: &Place,
) -> Result<(), WebSocketError> {
    socket.send(format!("{} enters {}", user.0, *room)).await?;
    while let Some(message) = socket.recv().await? {
        session.writes += 1;
        match message.as_text() {
            Some("leave") => return Ok(()),
            Some("throw out") => {
                socket.close(4001, "out").await;
                assert_eq!(socket.recv().await?, None, "nothing is received after a goodbye");
            }
            _ => socket.send(message).await?,
        }
    }
    Ok(())
}

#[websocket("/fails")]
async fn fails(mut socket: WebSocket, _session: &mut Session) -> Result<(), Broken> {
    let _ = socket.recv().await;
    Err(Broken)
}

#[websocket("/panics")]
async fn panics(mut socket: WebSocket, _session: &mut Session) {
    let _ = socket.recv().await;
    panic!("the handler panics");
}

/// Ignores its socket until the test says so.
#[websocket("/busy")]
async fn busy(mut socket: WebSocket, step: &Arc<Steps>, log: &Log, _session: &mut Session) {
    step.reached.set();
    step.go_on.wait().await;
    let next = socket.recv().await;
    log.push(format_args!("next: {:?}, code {:?}", next.map_err(|error| error.code()), socket.close_code()));
}

/// Takes messages one at a time, when the test says so.
#[websocket("/forever")]
async fn forever(socket: WebSocket, step: &Arc<Steps>, _session: &mut Session) {
    step.reached.set();
    std::future::pending::<()>().await;
    drop(socket);
}

/// Takes something for the rest of the request, and gives it to a task that outlives the handler.
#[websocket("/held")]
async fn holds(mut socket: WebSocket, place: Held<Place>, step: &Arc<Steps>, executor: &Executor) {
    let step = step.clone();
    executor.spawn(async move {
        step.go_on.wait().await;
        drop(place);
    });
    while let Ok(Some(_)) = socket.recv().await {}
}

thread_local! {
    static ENTERED: Cell<u32> = const { Cell::new(0) };
}

/// Set for the current thread while it is entered.
pub struct Tenant(u32);

impl Context for Tenant {
    fn enter(&self, run: &mut dyn FnMut()) {
        let outer = ENTERED.replace(self.0);
        run();
        ENTERED.set(outer);
    }
}

#[provider]
fn tenant(id: Path<u32>) -> Tenant {
    Tenant(*id)
}

#[websocket("/tenants/{id}")]
async fn of_tenant(mut socket: WebSocket, _tenant: &Tenant, log: &Log) {
    while let Ok(Some(_)) = socket.recv().await {
        log.push(format_args!("received within {}", ENTERED.get()));
    }
}

/// Sends for as long as it can.
#[websocket("/flood")]
async fn flood(mut socket: WebSocket, log: &Log) {
    let mut sent = 0;
    while socket.send(vec![0; 4096]).await.is_ok() {
        sent += 1;
        log.push(sent);
    }
}

/// Both halves at work.
#[websocket("/halves")]
async fn halves(socket: WebSocket, log: &Log) -> Result<(), WebSocketError> {
    let (mut sender, mut receiver) = socket.split();
    let received = async {
        while let Some(message) = receiver.recv().await? {
            log.push(message.as_text().unwrap_or_default());
        }
        Ok(())
    };
    let sent = async {
        for number in 0..3 {
            sender.send(number.to_string()).await?;
        }
        Ok::<(), WebSocketError>(())
    };
    let (received, sent) = futures_lite::future::zip(received, sent).await;
    received.and(sent)
}

/// A value that cannot be torn down.
pub struct Stuck;

#[provider(teardown = unstick)]
fn stuck() -> Stuck {
    Stuck
}

fn unstick(_: Stuck, _: &Outcome) -> Result<(), Broken> {
    Err(Broken)
}

#[websocket("/stuck")]
async fn holds_what_is_stuck(_socket: WebSocket, _session: &mut Session, _stuck: &Stuck) {}

/// A lazy dependency, and a task after the session.
#[websocket("/lazy")]
async fn lazily(mut socket: WebSocket, user: Lazy<'_, User>, tasks: &BackgroundTasks, log: &Log) {
    if let Ok(Some(_)) = socket.recv().await {
        let _ = socket.send(user.await.0.clone()).await;
    }
    while let Ok(Some(_)) = socket.recv().await {}
    let log = log.clone();
    tasks.spawn(async move { log.push("task") });
}

pub struct Member;

#[provider]
fn member(user: &User) -> Result<Member, Refusal> {
    if user.0 == "Ada" { Ok(Member) } else { Err(Refusal) }
}

pub struct Refusal;

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        Problem::new(StatusCode::PAYMENT_REQUIRED).detail("members only").into_response()
    }
}

#[websocket("/members")]
async fn members(mut socket: WebSocket) {
    while let Ok(Some(_)) = socket.recv().await {}
}

/// Sets a cookie before the head goes out.
pub struct Greeted;

#[provider]
fn greeted(parts: &mut ResponseParts) -> Greeted {
    parts.append(header::SERVER, HeaderValue::from_static("di"));
    Greeted
}

#[websocket("/greeted")]
async fn with_head(mut socket: WebSocket, _greeted: &Greeted) {
    while let Ok(Some(_)) = socket.recv().await {}
}

static TABLE: Table<App> = table![
    chat,
    fails,
    panics,
    busy,
    forever,
    holds,
    of_tenant,
    flood,
    halves,
    holds_what_is_stuck,
    lazily,
    with_head,
    group("/club", guards = [Member], members),
];

struct Case {
    client: TestClient<App>,
    log: Log,
    step: Arc<Steps>,
}

async fn case(rt: Rt) -> Case {
    let (log, step) = (Log::default(), Arc::<Steps>::default());
    let app = App::builder().log(log.clone()).step(step.clone()).runtime(rt).build().await.unwrap();
    Case { client: TestClient::new(app, &TABLE), log, step }
}

impl Case {
    async fn chat(&self) -> TestSocket {
        let mut socket = self.client.websocket("/chat/rust").bearer("ada").connect().await;
        socket.assert_text("Ada enters rust").await;
        socket
    }

    /// What has happened once nothing is under way any more.
    async fn end(self) -> Vec<String> {
        self.client.shutdown().await;
        self.log.take()
    }
}

async fn behaviour_33_dependencies_live_for_the_whole_session_and_are_torn_down_after_it(rt: Rt) {
    let case = case(rt).await;
    let mut socket = case.chat().await;
    socket.send("one").await;
    socket.assert_text("one").await;
    socket.send(vec![1, 2]).await;
    assert_eq!(socket.recv().await, Some(Message::binary(vec![1, 2])));
    assert_eq!(case.log.take(), ["begin", "place taken"]);
    assert_eq!(socket.close(1000, "bye").await, 1000);
    assert_eq!(case.end().await, ["commit 2 writes after Closed { code: 1000 }", "place given back"]);
}

async fn behaviour_33_what_is_torn_down_before_a_response_is_so_before_the_goodbye(rt: Rt) {
    let case = case(rt).await;
    let mut socket = case.chat().await;
    socket.send("leave").await;
    socket.assert_closed(1000).await;
    let log = case.log.take();
    assert_eq!(log[2], "commit 1 writes after Closed { code: 1000 }");
    drop(socket);
    case.end().await;
}

async fn behaviour_33_a_refusal_before_accept_is_a_response_with_status_and_body(rt: Rt) {
    let case = case(rt).await;
    let refused = case.client.websocket("/chat/rust").refused().await;
    refused.assert_status(401).assert_header("www-authenticate", "Bearer");
    let refused = case.client.websocket("/chat/rust").bearer("eve").refused().await;
    refused.assert_status(403);
    let client = case.client.provide::<User>(|| User("Eve".to_owned()));
    let refused = client.websocket("/club/members").refused().await;
    refused.assert_status(402);
    assert_eq!(refused.json::<serde_json::Value>()["detail"], "members only");
    client.shutdown().await;
    assert_eq!(case.log.take(), [""; 0], "nothing was built for them");
}

async fn behaviour_33_guards_of_a_group_cover_websockets(rt: Rt) {
    let case = case(rt).await;
    case.client.websocket("/club/members").refused().await.assert_status(401);
    let socket = case.client.websocket("/club/members").bearer("ada").connect().await;
    assert_eq!(socket.close(1000, "").await, 1000);
    case.end().await;
}

async fn behaviour_33_overrides_reach_websockets(rt: Rt) {
    let Case { client, log, .. } = case(rt).await;
    let client = client.provide::<User>(|| User("Nobody".to_owned()));
    let mut socket = client.websocket("/chat/tests").connect().await;
    socket.assert_text("Nobody enters tests").await;
    drop(socket);
    client.shutdown().await;
    assert_eq!(log.take().len(), 4);
}

async fn behaviour_33_a_handler_that_fails_closes_with_1011(rt: Rt) {
    let case = case(rt).await;
    let mut socket = case.client.websocket("/fails").connect().await;
    socket.send("go").await;
    socket.assert_closed(1011).await;
    assert_eq!(case.end().await, ["begin", "roll back 0 writes after Closed { code: 1011 }"]);
}

async fn behaviour_33_a_handler_that_panics_closes_with_1011(rt: Rt) {
    let case = case(rt).await;
    let mut socket = case.client.websocket("/panics").connect().await;
    socket.send("go").await;
    socket.assert_closed(1011).await;
    assert_eq!(case.end().await, ["begin", "roll back 0 writes after Panic"]);
}

async fn behaviour_33_a_teardown_that_fails_closes_with_1011(rt: Rt) {
    let case = case(rt).await;
    let mut socket = case.client.websocket("/stuck").connect().await;
    socket.assert_closed(1011).await;
    let log = case.end().await;
    assert_eq!(log[0], "begin");
    assert!(log[1].starts_with("roll back 0 writes after Error"), "{log:?}");
}

async fn behaviour_33_a_handler_may_close_with_a_code_of_its_own(rt: Rt) {
    let case = case(rt).await;
    let mut socket = case.chat().await;
    socket.send("throw out").await;
    assert_eq!(socket.recv().await, None);
    assert_eq!(socket.closed(), Some((4001, "out")));
    drop(socket);
    assert_eq!(case.end().await[2], "roll back 1 writes after Closed { code: 4001 }");
}

async fn behaviour_33_a_client_that_vanishes_ends_the_session_with_1006(rt: Rt) {
    let case = case(rt).await;
    let socket = case.chat().await;
    drop(socket);
    case.client.app().idle().await;
    assert_eq!(
        case.end().await,
        ["begin", "place taken", "roll back 0 writes after Closed { code: 1006 }", "place given back"]
    );
}

async fn behaviour_33_a_goodbye_is_noticed_while_the_handler_is_busy(rt: Rt) {
    let case = case(rt).await;
    let socket = case.client.websocket("/busy").connect().await;
    case.step.reached.wait().await;
    assert_eq!(socket.close(4002, "done").await, 4002, "it is answered at once");
    case.step.go_on.set();
    assert_eq!(
        case.end().await,
        ["begin", "next: Ok(None), code Some(4002)", "roll back 0 writes after Closed { code: 4002 }"]
    );
}

async fn behaviour_33_a_message_before_the_goodbye_is_received(rt: Rt) {
    let case = case(rt).await;
    let mut socket = case.client.websocket("/busy").connect().await;
    socket.send("last").await;
    case.step.go_on.set();
    let closing = socket.close(1000, "");
    assert_eq!(closing.await, 1000);
    let log = case.end().await;
    assert!(log[1].starts_with("next: Ok(Some(Text(\"last\")))"), "{log:?}");
}

async fn behaviour_33_a_ping_is_answered_while_the_handler_is_busy(rt: Rt) {
    let case = case(rt).await;
    let mut socket = case.client.websocket("/busy").connect().await;
    case.step.reached.wait().await;
    socket.ping(b"are you there?").await;
    case.step.go_on.set();
    socket.close(1000, "").await;
    case.end().await;
}

async fn behaviour_33_a_shutdown_closes_with_1001_and_waits(rt: Rt) {
    let Case { client, log, step } = case(rt).await;
    let mut socket = client.websocket("/busy").connect().await;
    step.reached.wait().await;
    let shutdown = client.shutdown();
    let ended = async {
        socket.assert_closed(1001).await;
        assert_eq!(log.take(), ["begin"], "the handler is still there");
        step.go_on.set();
    };
    futures_lite::future::zip(shutdown, ended).await;
    assert_eq!(log.take(), ["next: Ok(None), code Some(1001)", "commit 0 writes after Closed { code: 1001 }"]);
}

async fn behaviour_33_a_session_that_is_opened_during_a_shutdown_is_closed_at_once(rt: Rt) {
    let case = case(rt).await;
    case.client.app().close_sessions();
    let mut socket = case.client.websocket("/chat/rust").bearer("ada").connect().await;
    socket.assert_closed(1001).await;
    case.end().await;
}

async fn behaviour_33_a_session_that_is_cut_off_is_torn_down(rt: Rt) {
    let case = case(rt).await;
    let mut socket = case.client.websocket("/forever").connect().await;
    case.step.reached.wait().await;
    assert_eq!(case.client.app().cut_sessions(), 1);
    socket.assert_closed(1006).await;
    assert_eq!(case.end().await, ["begin", "roll back 0 writes after Cancelled"]);
}

async fn a_message_that_is_too_large_closes_with_1009(rt: Rt) {
    for size in [501, 1001, 100_000] {
        let case = case(rt.clone()).await;
        let mut socket = case.chat().await;
        socket.send(vec![0; 500]).await;
        assert_eq!(socket.recv().await.map(|message| message.len()), Some(500));
        socket.send(vec![0; size]).await;
        socket.assert_closed(1009).await;
        drop(socket);
        assert_eq!(case.end().await[2], "roll back 1 writes after Closed { code: 1009 }");
    }
}

async fn a_client_that_does_not_read_holds_the_sender_back(rt: Rt) {
    let case = case(rt).await;
    let mut socket = case.client.websocket("/flood").connect().await;
    // What is sent before anything is read fits into the connection: of 4 KiB each no more than a few.
    for _ in 0..100 {
        pause().await;
    }
    let sent = case.log.take().len();
    assert!(sent < 10, "{sent} messages were sent, and none was read");
    for _ in 0..50 {
        assert_eq!(socket.recv().await.map(|message| message.len()), Some(4096));
    }
    assert!(sent + case.log.take().len() >= 49);
    drop(socket);
    case.end().await;
}

async fn a_handler_that_does_not_read_holds_the_client_back(rt: Rt) {
    let case = case(rt).await;
    let mut socket = case.client.websocket("/busy").connect().await;
    case.step.reached.wait().await;
    let mut sent = 0;
    let flood = async {
        loop {
            socket.send(vec![0; 4096]).await;
            sent += 1;
        }
    };
    let pauses = async {
        for _ in 0..1000 {
            pause().await;
        }
    };
    futures_lite::future::or(flood, pauses).await;
    assert!(sent < 20, "{sent} messages were taken, and none was asked for");
    drop(socket);
    case.step.go_on.set();
    case.end().await;
}

async fn what_is_set_on_the_response_is_set_on_the_head(rt: Rt) {
    let case = case(rt).await;
    let socket = case.client.websocket("/greeted").connect().await;
    assert_eq!(socket.header("server"), Some("di"));
    drop(socket);
    case.end().await;
}

async fn halves_work_at_the_same_time(rt: Rt) {
    let case = case(rt).await;
    let mut socket = case.client.websocket("/halves").connect().await;
    socket.send("a").await;
    for number in ["0", "1", "2"] {
        socket.assert_text(number).await;
    }
    socket.send("b").await;
    socket.close(1000, "").await;
    assert_eq!(case.end().await, ["a", "b"]);
}

async fn a_protocol_is_chosen_that_both_speak(rt: Rt) {
    let case = case(rt).await;
    for (asked, chosen) in [
        (&["chat.v1", "chat.v2"][..], Some("chat.v2")),
        (&["chat.v1, chat.v0"], Some("chat.v1")),
        (&["chat.v3"], None),
        (&[], None),
    ] {
        let mut handshake = case.client.websocket("/chat/rust").bearer("ada");
        for protocol in asked {
            handshake = handshake.protocol(protocol);
        }
        let socket = handshake.connect().await;
        assert_eq!(socket.protocol(), chosen, "of {asked:?}");
    }
    case.end().await;
}

async fn what_is_no_handshake_is_told_so_before_anything_is_built(rt: Rt) {
    let case = case(rt).await;
    let response = case.client.get("/chat/rust").await;
    response.assert_status(426).assert_header("upgrade", "websocket").assert_header("sec-websocket-version", "13");
    let response = case.client.post("/chat/rust").await;
    response.assert_status(405).assert_header("allow", "GET, HEAD, OPTIONS");
    let handshake = [
        ("connection", "keep-alive, Upgrade"),
        ("upgrade", "WebSocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("content-length", ""),
        ("transfer-encoding", ""),
    ];
    for (name, value, status) in [
        ("connection", "", 400),
        ("upgrade", "h2c", 426),
        ("sec-websocket-version", "8", 426),
        ("sec-websocket-version", "", 400),
        ("sec-websocket-key", "", 400),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ", 400),
        ("sec-websocket-key", "c2hvcnQ=", 400),
        ("content-length", "3", 400),
        ("transfer-encoding", "chunked", 400),
    ] {
        let mut request = case.client.get("/chat/rust");
        for (header, right) in handshake {
            let value = if header == name { value } else { right };
            if !value.is_empty() {
                request = request.header(header, value);
            }
        }
        let response = request.await;
        response.assert_status(status).assert_header("content-type", "application/problem+json");
        assert_eq!(response.header("sec-websocket-version").is_some(), status == 426, "{name}: {value}");
    }
    assert_eq!(case.end().await, [""; 0]);
}

async fn a_connection_that_is_not_handed_over_is_said_so(rt: Rt) {
    let case = case(rt).await;
    let response = case
        .client
        .get("/halves")
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .await;
    response.assert_status(501);
    case.end().await;
}

async fn what_is_lazy_is_built_during_the_session_and_tasks_run_after_it(rt: Rt) {
    let case = case(rt).await;
    let mut socket = case.client.websocket("/lazy").bearer("ada").connect().await;
    socket.send("who am I?").await;
    socket.assert_text("Ada").await;
    socket.close(1000, "").await;
    assert_eq!(case.end().await, ["task"]);
}

async fn a_lazy_refusal_during_the_session_closes_it(rt: Rt) {
    let case = case(rt).await;
    let mut socket = case.client.websocket("/lazy").bearer("eve").connect().await;
    socket.send("who am I?").await;
    socket.assert_closed(1011).await;
    assert_eq!(case.end().await, [""; 0]);
}

async fn a_context_is_entered_for_the_whole_session(rt: Rt) {
    let case = case(rt).await;
    let mut socket = case.client.websocket("/tenants/7").connect().await;
    socket.send("hello").await;
    socket.send("hello").await;
    socket.close(1000, "").await;
    assert_eq!(case.end().await, ["received within 7", "received within 7"]);
}

async fn what_is_held_outlives_the_session(rt: Rt) {
    let case = case(rt).await;
    let socket = case.client.websocket("/held").connect().await;
    assert_eq!(socket.close(1000, "").await, 1000);
    assert_eq!(case.log.take(), ["place taken"]);
    case.step.go_on.set();
    // The holder is nobody's client, so that no shutdown waits for it.
    while case.log.take() != ["place given back"] {
        pause().await;
    }
    case.end().await;
}

/// For which what is long is short.
struct Impatient(Rt);

impl Runtime for Impatient {
    fn spawn(&self, future: BoxFuture<'static, ()>) {
        self.0.spawn(future);
    }

    fn spawn_blocking(&self, job: Box<dyn FnOnce() + Send>) {
        self.0.spawn_blocking(job);
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let long = duration >= Duration::from_secs(30);
        self.0.sleep(if long { Duration::from_millis(20) } else { duration })
    }
}

async fn a_handler_that_never_notices_that_its_client_has_gone_is_dropped(rt: Rt) {
    let (log, step) = (Log::default(), Arc::<Steps>::default());
    let app = App::builder().log(log.clone()).step(step.clone()).runtime(Impatient(rt)).build().await.unwrap();
    let client = TestClient::new(app, &TABLE);
    let socket = client.websocket("/forever").connect().await;
    step.reached.wait().await;
    drop(socket);
    client.app().idle().await;
    assert_eq!(log.take(), ["begin", "roll back 0 writes after Cancelled"]);
}

async fn a_session_takes_no_place_of_the_pool(rt: Rt) {
    let case = case(rt).await;
    let mut sockets = Vec::new();
    for _ in 0..20 {
        sockets.push(case.chat().await);
    }
    for socket in &mut sockets {
        socket.send("hello").await;
        socket.assert_text("hello").await;
    }
    drop(sockets);
    case.end().await;
}

on_every_executor!(
    behaviour_33_dependencies_live_for_the_whole_session_and_are_torn_down_after_it,
    behaviour_33_what_is_torn_down_before_a_response_is_so_before_the_goodbye,
    behaviour_33_a_refusal_before_accept_is_a_response_with_status_and_body,
    behaviour_33_guards_of_a_group_cover_websockets,
    behaviour_33_overrides_reach_websockets,
    behaviour_33_a_handler_that_fails_closes_with_1011,
    behaviour_33_a_handler_that_panics_closes_with_1011,
    behaviour_33_a_teardown_that_fails_closes_with_1011,
    behaviour_33_a_handler_may_close_with_a_code_of_its_own,
    behaviour_33_a_client_that_vanishes_ends_the_session_with_1006,
    behaviour_33_a_goodbye_is_noticed_while_the_handler_is_busy,
    behaviour_33_a_message_before_the_goodbye_is_received,
    behaviour_33_a_ping_is_answered_while_the_handler_is_busy,
    behaviour_33_a_shutdown_closes_with_1001_and_waits,
    behaviour_33_a_session_that_is_opened_during_a_shutdown_is_closed_at_once,
    behaviour_33_a_session_that_is_cut_off_is_torn_down,
    a_message_that_is_too_large_closes_with_1009,
    a_client_that_does_not_read_holds_the_sender_back,
    a_handler_that_does_not_read_holds_the_client_back,
    what_is_set_on_the_response_is_set_on_the_head,
    halves_work_at_the_same_time,
    a_protocol_is_chosen_that_both_speak,
    what_is_no_handshake_is_told_so_before_anything_is_built,
    a_connection_that_is_not_handed_over_is_said_so,
    what_is_lazy_is_built_during_the_session_and_tasks_run_after_it,
    a_lazy_refusal_during_the_session_closes_it,
    a_session_takes_no_place_of_the_pool,
    what_is_held_outlives_the_session,
    a_context_is_entered_for_the_whole_session,
    a_handler_that_never_notices_that_its_client_has_gone_is_dropped,
);

#[test]
fn the_graph_and_the_document_show_websockets() {
    use di_server::openapi::Documented;

    let graph = TABLE.graph().to_string();
    assert!(graph.contains("WS /chat/{room}"), "{graph}");
    let document = TABLE.openapi().to_value();
    let operation = &document["paths"]["/chat/{room}"]["get"];
    let responses: Vec<_> = operation["responses"].as_object().expect("responses").keys().collect();
    for status in ["101", "400", "401", "426"] {
        assert!(responses.contains(&&status.to_owned()), "{status} of {operation:#}");
    }
    assert!(!responses.contains(&&"200".to_owned()), "{operation:#}");
    assert_eq!(operation["parameters"].as_array().map(Vec::len), Some(1), "{operation:#}");
}
