//! The program as an operator has it: from the environment, over a socket, until it is asked to stop.
#![cfg(unix)]

use std::{
    env,
    ffi::OsStr,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    os::unix::ffi::OsStrExt as _,
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use serde_json::Value;

/// A running Conduit on a port that the system has chosen, and its logs.
struct Conduit {
    process: Child,
    logs: BufReader<ChildStdout>,
    address: String,
    folder: PathBuf,
}

/// All that the program looks at, which whoever runs the tests may have set.
const VARIABLES: [&str; 11] = [
    "CONDUIT_CONFIG",
    "CORS_ORIGINS",
    "DATABASE_CONNECTIONS",
    "DATABASE_URL",
    "DATABASE_WAIT_MS",
    "HOST",
    "JWT_SECRET",
    "LOG",
    "LOG_FORMAT",
    "PORT",
    "TOKEN_HOURS",
];

fn command(folder: &PathBuf) -> Command {
    fs::create_dir_all(folder).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_conduit"));
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    command.current_dir(folder).env("PORT", "0").stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn folder(name: &str) -> PathBuf {
    env::temp_dir().join(format!("conduit_{name}_{}", std::process::id()))
}

impl Conduit {
    fn start(name: &str) -> Self {
        Self::start_with(name, &[])
    }

    fn start_with(name: &str, variables: &[(&str, &str)]) -> Self {
        let folder = folder(name);
        let mut command = command(&folder);
        let mut process = command.env("LOG_FORMAT", "json").envs(variables.iter().copied()).spawn().unwrap();
        let mut logs = BufReader::new(process.stdout.take().unwrap());
        let address = loop {
            let line = next(&mut logs).expect("it says where it listens");
            let message = line["message"].as_str().unwrap().to_owned();
            if let Some(address) = message.strip_prefix("listening on http://") {
                break address.to_owned();
            }
        };
        Self { process, logs, address, folder }
    }

    /// Status line and headers in lower case, and the body.
    fn send(&self, request: &str, body: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let length = body.len();
        let request = format!("{request}\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        (head.to_lowercase(), body.to_owned())
    }

    fn next_log(&mut self) -> Option<Value> {
        next(&mut self.logs)
    }
}

/// The next line of the logs, until there are no more.
fn next(logs: &mut BufReader<ChildStdout>) -> Option<Value> {
    let mut line = String::new();
    logs.read_line(&mut line).unwrap();
    (!line.is_empty()).then(|| serde_json::from_str(&line).expect("a line of the logs is JSON"))
}

impl Drop for Conduit {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn it_serves_browsers_logs_requests_by_their_ids_and_stops_when_asked() {
    let mut conduit = Conduit::start("serve");
    let user = r#"{"user":{"username":"ada","email":"ada@example.com","password":"lovelace"}}"#;
    let head =
        "POST /api/users HTTP/1.1\r\ncontent-type: application/json\r\nx-request-id: r1\r\norigin: http://a.example";
    let (head, body) = conduit.send(head, user);
    assert!(head.starts_with("http/1.1 201"), "{head}{body}");
    assert!(head.contains("x-request-id: r1") && head.contains("access-control-allow-origin: *"), "{head}");
    assert!(head.contains("access-control-expose-headers: x-request-id"), "{head}");

    let preflight = "OPTIONS /api/user HTTP/1.1\r\norigin: http://a.example\r\naccess-control-request-method: PUT\r\n\
                     access-control-request-headers: authorization, x-request-id";
    let (head, _) = conduit.send(preflight, "");
    assert!(head.starts_with("http/1.1 200"), "{head}");
    for allowed in ["authorization", "x-request-id"] {
        let allows = |line: &str| line.starts_with("access-control-allow-headers:") && line.contains(allowed);
        assert!(head.lines().any(allows), "{head}");
    }

    let (head, body) = conduit.send("GET /api/nowhere HTTP/1.1", "");
    assert!(head.starts_with("http/1.1 404") && head.contains("x-request-id: "), "{head}");
    assert_eq!(body, r#"{"errors":{"body":["nothing is at `/api/nowhere`"]}}"#);
    let (head, _) = conduit.send("GET /ready HTTP/1.1", "");
    assert!(head.starts_with("http/1.1 204"), "{head}");

    let stop = Command::new("kill").arg(conduit.process.id().to_string()).status().unwrap();
    assert!(stop.success());
    assert!(conduit.process.wait().unwrap().success(), "a graceful stop is no failure");
    let mut registered = None;
    while let Some(line) = conduit.next_log() {
        if line["span"]["id"] == "r1" {
            registered = Some(line);
        }
    }
    let registered = registered.expect("the request is logged");
    assert_eq!(registered["span"]["path"], "/api/users");
    assert_eq!(registered["status"], 201);
}

#[test]
fn only_sites_that_are_listed_may_call_from_browsers() {
    let conduit = Conduit::start_with("origins", &[("CORS_ORIGINS", "http://a.example,http://b.example")]);
    for (origin, allowed) in [("http://a.example", true), ("http://b.example", true), ("http://c.example", false)] {
        let preflight = "OPTIONS /api/articles/dragons HTTP/1.1\r\naccess-control-request-method: DELETE\r\norigin: ";
        let (head, _) = conduit.send(&format!("{preflight}{origin}"), "");
        let line = format!("access-control-allow-origin: {origin}\r\n");
        assert_eq!(head.contains(&line), allowed, "{head}");
        assert!(!head.contains("access-control-allow-origin: *"), "{head}");
        for method in ["get", "post", "put", "delete"] {
            let allows = |line: &str| line.starts_with("access-control-allow-methods:") && line.contains(method);
            assert!(head.lines().any(allows), "{method}: {head}");
        }
    }
}

#[test]
fn it_says_what_is_wrong_with_its_configuration() {
    let folder = folder("wrong");
    let mut wrong = command(&folder);
    fs::write(folder.join("conduit.toml"), "port = 8000\ndatabase_url = 7\n").unwrap();
    let output = wrong.output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(text.contains("conduit.toml") && text.contains("line 2: ") && text.contains("expected a string"), "{text}");
    fs::remove_file(folder.join("conduit.toml")).unwrap();

    let refused = |variable: &str, value: &OsStr| {
        let output = command(&folder).env(variable, value).env("DATABASE_WAIT_MS", "500").output().unwrap();
        assert!(!output.status.success(), "{variable}={value:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    for url in ["postgres://u:secret@127.0.0.1:1/none", "postgres://127.0.0.1:1/none?user=u&password=secret"] {
        let text = refused("DATABASE_URL", OsStr::new(url));
        assert!(text.contains("cannot connect to the database `postgres://"), "{text}");
        assert!(text.contains("127.0.0.1:1/none`") && text.to_lowercase().contains("refused"), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }
    for (variable, value, expected) in [
        ("JWT_SECRET", &b"s\xff"[..], "`JWT_SECRET`: is not Unicode"),
        ("LOG", b"inof", "`log`: `inof`"),
        ("HOST", b"no host", "`host`: cannot find `no host`"),
        ("CORS_ORIGINS", b"*,example.com", "`example.com`"),
        ("DATABASE_URL", b"sqlite:new.db", "cannot connect to the database `sqlite:new.db`"),
    ] {
        let text = refused(variable, OsStr::from_bytes(value));
        assert!(text.contains(expected), "{text}");
    }
    fs::remove_dir_all(&folder).unwrap();
}
