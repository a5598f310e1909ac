//! TLS, with rustls's client.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use di_server::server::tls::{
    Tls,
    rustls::{
        ClientConfig, ClientConnection, RootCertStore, ServerConfig, StreamOwned,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, ServerName},
        server::WebPkiClientVerifier,
    },
};
use http::Request;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};

use crate::client::{Client, PATIENCE, request};
use crate::harness::{On, Server, patient};

const MS: Duration = Duration::from_millis(1);
const NAME: &str = "di.test";

type Secure = Client<StreamOwned<ClientConnection, TcpStream>>;

/// A certificate that vouches for itself.
fn certified() -> CertifiedKey<KeyPair> {
    generate_simple_self_signed([NAME.to_owned()]).expect("generated")
}

fn tls_of(certified: &CertifiedKey<KeyPair>) -> Tls {
    let (certificate, key) = (certified.cert.pem(), certified.signing_key.serialize_pem());
    Tls::from_pem(certificate.as_bytes(), key.as_bytes()).expect("they fit")
}

fn roots(certificate: &CertificateDer<'static>) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).expect("a certificate");
    roots
}

/// A client that trusts that certificate alone.
fn trusting(certificate: &CertificateDer<'static>, protocols: &[&str]) -> ClientConfig {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().expect("supported");
    let mut config = config.with_root_certificates(roots(certificate)).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|&name| name.into()).collect();
    config
}

/// The name that the client asks for.
fn name() -> ServerName<'static> {
    NAME.try_into().expect("a name")
}

/// Shakes hands.
fn try_connect(addr: SocketAddr, config: ClientConfig) -> std::io::Result<Secure> {
    let mut stream = TcpStream::connect(addr)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut connection = ClientConnection::new(Arc::new(config), name()).expect("a client");
    while connection.is_handshaking() {
        connection.complete_io(&mut stream)?;
    }
    Ok(Client::of(StreamOwned::new(connection, stream)))
}

#[track_caller]
fn connect(addr: SocketAddr, config: ClientConfig) -> Secure {
    try_connect(addr, config).expect("a handshake")
}

/// A server, and a client's configuration that trusts it.
fn start(on: On, config: crate::server::Config) -> (Server, ClientConfig) {
    let certified = certified();
    let server = Server::start_with(on, config, Some(tls_of(&certified)));
    (server, trusting(certified.cert.der(), &[]))
}

pub fn requests_are_served(on: On) {
    let (server, trusting) = start(on, patient());
    let mut client = connect(server.addr, trusting);
    for _ in 0..2 {
        assert_eq!(client.get("/hello").body, "hello");
    }
}

pub fn http2_is_agreed_on(on: On) {
    let certified = certified();
    let server = Server::start_with(on, patient(), Some(tls_of(&certified)));
    let config = Arc::new(trusting(certified.cert.der(), &["h2", "http/1.1"]));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let served = async {
        let stream = tokio::net::TcpStream::connect(server.addr).await.expect("connects");
        let stream = tokio_rustls::TlsConnector::from(config).connect(name(), stream).await.expect("a handshake");
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let client = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
        let (mut sender, connection) = client.await.expect("HTTP/2");
        let _connection = tokio::spawn(connection);
        let request = Request::get("https://di.test/large").body(Empty::<Bytes>::new()).expect("valid");
        let response = sender.send_request(request).await.expect("served");
        response.into_body().collect().await.expect("whole").to_bytes().len()
    };
    assert_eq!(runtime.block_on(async { tokio::time::timeout(PATIENCE, served).await.expect("in time") }), 600_000);
}

pub fn only_what_is_served_is_agreed_on(on: On) {
    let certified = certified();
    let agreed = |config| {
        let server = Server::start_with(on, config, Some(tls_of(&certified)));
        let client = connect(server.addr, trusting(certified.cert.der(), &["h2", "http/1.1"]));
        client.stream.conn.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned())
    };
    assert_eq!(agreed(patient()).as_deref(), Some("h2"));
    assert_eq!(agreed(patient().http2(false)).as_deref(), Some("http/1.1"));
    assert_eq!(agreed(patient().http1(false)).as_deref(), Some("h2"));
}

pub fn large_bodies_pass(on: On) {
    let (server, trusting) = start(on, patient());
    let mut client = connect(server.addr, trusting);
    let body = "all is well ".repeat(100_000);
    client.send(format!("POST /echo HTTP/1.1\r\nhost: test\r\ncontent-length: {}\r\n\r\n{body}", body.len()));
    assert!(client.reply().body == body);
    assert_eq!(client.get("/large").body.len(), 600_000);
}

pub fn who_they_are_is_known(on: On) {
    let (server, trusting_it) = start(on, patient());
    assert_eq!(connect(server.addr, trusting_it).get("/tls").body, "Some(\"di.test\") 0 Some(TLSv1_3)");

    // One that asks clients for their certificates.
    let (ours, theirs) = (certified(), certified());
    let provider = Arc::new(ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots(theirs.cert.der())), provider.clone());
    let config =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("supported");
    let config = config.with_client_cert_verifier(verifier.build().expect("a verifier"));
    let config = config.with_single_cert(vec![ours.cert.der().clone()], key_of(&ours)).expect("they fit");
    let server = Server::start_with(on, patient(), Some(Tls::new(config)));
    let provider = Arc::new(ring::default_provider());
    let client =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("supported");
    let client = client.with_root_certificates(roots(ours.cert.der()));
    let client = client.with_client_auth_cert(vec![theirs.cert.der().clone()], key_of(&theirs)).expect("they fit");
    assert_eq!(connect(server.addr, client).get("/tls").body, "Some(\"di.test\") 1 Some(TLSv1_3)");
    // In TLS 1.3 a client hears of it by its first read.
    let mut unknown = connect(server.addr, trusting(ours.cert.der(), &[]));
    let _ = unknown.stream.write_all(request("/tls").as_bytes());
    assert!(unknown.stream.read(&mut [0; 100]).is_err());
}

fn key_of(certified: &CertifiedKey<KeyPair>) -> PrivateKeyDer<'static> {
    PrivateKeyDer::try_from(certified.signing_key.serialize_der()).expect("a key")
}

pub fn a_handshake_has_its_time(on: On) {
    let (server, _) = start(on, patient().header_read_timeout(200 * MS));
    // Nothing, and the first bytes of a handshake.
    for sent in [&[][..], &[22, 3, 1, 2, 0, 1, 0, 1, 252][..]] {
        let mut client = Client::connect(server.addr);
        client.send(sent);
        client.closed();
    }
}

pub fn what_is_no_tls_ends_its_connection_alone(on: On) {
    let (server, trusting) = start(on, patient());
    let mut plain = Client::connect(server.addr);
    plain.send(request("/hello"));
    // What comes is an alert.
    while plain.fill() {}
    assert_eq!(connect(server.addr, trusting).get("/hello").body, "hello");
}

pub fn a_renewed_certificate_is_for_the_next_connection(on: On) {
    let (old, new) = (certified(), certified());
    let tls = tls_of(&old);
    let server = Server::start_with(on, patient(), Some(tls.clone()));
    let mut open = connect(server.addr, trusting(old.cert.der(), &[]));
    assert_eq!(open.get("/hello").body, "hello");
    tls.replace(&tls_of(&new));
    assert_eq!(connect(server.addr, trusting(new.cert.der(), &[])).get("/hello").body, "hello");
    assert!(try_connect(server.addr, trusting(old.cert.der(), &[])).is_err());
    assert_eq!(open.get("/hello").body, "hello");
}

/// Without the alert an end could be that of somebody between the two (RFC 8446 §6.1): rustls calls it an error.
pub fn the_end_is_told(on: On) {
    let (server, trusting) = start(on, patient());
    let mut client = connect(server.addr, trusting.clone());
    assert_eq!(client.get("/hello").body, "hello");
    let mut last = connect(server.addr, trusting);
    last.send("GET /hello HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
    assert_eq!(last.reply().body, "hello");
    last.closed();
    server.shutdown();
    client.closed();
    server.join();
}

pub fn a_peer_that_reads_nothing_is_dropped(on: On) {
    let (server, trusting) = start(on, patient().write_timeout(300 * MS));
    let mut client = connect(server.addr, trusting);
    client.send(request("/endless"));
    server.await_running(1);
    server.await_running(0);
    server.shutdown();
    server.join();
}

pub fn a_peer_that_takes_its_time_is_not_dropped(on: On) {
    holds_at_some_pace_over_tls(on, |client, unit| {
        client.stream.write_all(request("/large").as_bytes()).ok()?;
        let (mut bytes, mut length) = (vec![0; 100_000], 0);
        while length < 600_000 {
            std::thread::sleep(unit / 4);
            match client.stream.read(&mut bytes) {
                Ok(0) => return None,
                Ok(count) => length += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return None,
            }
        }
        Some(())
    });
}

fn holds_at_some_pace_over_tls(on: On, case: fn(&mut Secure, Duration) -> Option<()>) {
    let held = [100, 400, 1600].iter().any(|&ms| {
        let (server, trusting) = start(on, patient().write_timeout(ms * MS * 3).keep_alive_timeout(ms * MS));
        try_connect(server.addr, trusting).ok().and_then(|mut client| case(&mut client, ms * MS)).is_some()
    });
    assert!(held);
}

pub fn a_connection_is_upgraded(on: On) {
    let (server, trusting) = start(on, patient());
    let mut client = connect(server.addr, trusting);
    client.send("GET /upgrade HTTP/1.1\r\nhost: test\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n");
    assert_eq!(client.reply().status, 101);
    client.send("over TLS");
    assert!(client.fill(), "echoed");
}

#[test]
fn what_is_wrong_with_certificates_is_told() {
    let (certified, other) = (certified(), certified());
    let (certificate, key) = (certified.cert.pem(), certified.signing_key.serialize_pem());
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    };
    let (good, good_key) = (file("cert.pem", &certificate), file("key.pem", &key));
    Tls::from_pem_files(&good, &good_key).expect("they fit");
    let missing = folder.path().join("missing.pem");
    let (none, broken) = (file("none.pem", "nothing"), file("broken.pem", "-----BEGIN CERTIFICATE-----\n???\n"));
    let another = file("another.pem", &other.signing_key.serialize_pem());
    for (certificate, key, told) in [
        (&missing, &good_key, "cannot read {}/missing.pem: "),
        (&good, &missing, "cannot read {}/missing.pem: "),
        (&none, &good_key, "{}/none.pem has no certificate: no `-----BEGIN CERTIFICATE-----`"),
        (&good_key, &good_key, "{}/key.pem has no certificate: "),
        (&broken, &good_key, "{}/broken.pem has a broken certificate: "),
        (&good, &none, "{}/none.pem has no private key: "),
        (&good, &another, "{}/cert.pem and {}/another.pem do not fit: "),
    ] {
        let error = Tls::from_pem_files(certificate, key).expect_err(told).to_string();
        let told = told.replace("{}", &folder.path().display().to_string());
        assert!(error.starts_with(&told), "{error}");
    }
}
