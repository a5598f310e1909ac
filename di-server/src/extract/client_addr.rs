//! Who is the client, when proxies stand between?

use std::{convert::Infallible, net::IpAddr, ops::Deref};

use di_core::{
    __private::{Args, Input, Param},
    graph::{Brought, Extract, Node, NodeRef, Provide, Rejection, RequestView, Source},
};

use super::connect_info::without_address;

/// The client's address, as the proxies tell it that the application trusts; `&ClientAddr` or `ClientAddr`.
///
/// It is the address that the connection comes from, unless that is one of the proxies of
/// [`Settings::trusted_proxies`](di_core::Settings::trusted_proxies): then it is whom that forwards for, and so on.
///
/// # Errors
///
/// As [`ConnectInfo`](super::ConnectInfo), a 500 where the connection has no address, unless a proxy that is trusted by the name `unix`
/// tells the client's.
///
/// # Examples
///
/// ```
/// use di_server::prelude::*;
///
/// #[derive(Container)]
/// pub struct App {}
///
/// #[get("/")]
/// async fn who(client: ClientAddr) -> String {
///     client.to_string()
/// }
///
/// static TABLE: Table<App> = table![who];
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let proxies = TrustedProxies::x_forwarded_for(["10.0.0.0/8"])?;
/// let settings = Settings::default().trusted_proxies(proxies);
/// let client = TestClient::new(App::builder().settings(settings).build().await?, &TABLE);
///
/// let request = client.get("/").peer(([10, 0, 0, 1], 80).into()).header("X-Forwarded-For", "6.6.6.6, 192.0.2.7");
/// assert_eq!(request.await.text(), "192.0.2.7");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddr(pub IpAddr);

impl Deref for ClientAddr {
    type Target = IpAddr;

    fn deref(&self) -> &IpAddr {
        &self.0
    }
}

#[diagnostic::do_not_recommend]
impl<C> Provide<C> for ClientAddr {
    type Error = Infallible;

    const NODE: NodeRef = {
        static READ: Node = Node::input::<Read>("ClientAddr", "");
        const PARAM: Param =
            Param::value("client", "ClientAddr", NodeRef::new(&READ), Some(&Input::of::<Read>()), None);
        static NODE: Node = Node { params: &[PARAM], ..Node::brought::<ClientAddr>("ClientAddr", "client_addr") };
        NodeRef::new(&NODE)
    };
}

/// What [`ClientAddr`] is made of: it is a dependency that many may take, and an input is one function's own.
struct Read(IpAddr);

impl Extract for Read {
    const SOURCE: Source = Source::Request;

    fn extract(request: RequestView<'_>, _: &'static str) -> Result<Self, Rejection> {
        let client = request.proxies.client(request.peer.map(|peer| peer.ip()), &request.parts.headers);
        client.map(Self).ok_or_else(|| without_address(format_args!("ClientAddr")))
    }
}

impl Brought for ClientAddr {
    fn bring(args: Args<'_>) -> Self {
        let Read(address) = args.value(0);
        Self(address)
    }
}
