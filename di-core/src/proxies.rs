//! Which proxies are believed when they say whom they forward for?

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName, header::FORWARDED};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Which proxies are believed when they say whom they forward for, and in which header they say it.
///
/// What a client writes into the header itself is not believed: the chain is followed from the connection outwards, as far
/// as each hop is in one of the networks.
///
/// ```
/// use di_core::{Settings, TrustedProxies};
///
/// let proxies = TrustedProxies::x_forwarded_for(["10.0.0.0/8"])?;
/// let settings = Settings::default().trusted_proxies(proxies);
/// # Ok::<(), di_core::InvalidNetwork>(())
/// ```
#[derive(Debug, Clone)]
pub struct TrustedProxies {
    networks: Vec<IpNet>,
    /// Whether a connection without an address is one of theirs.
    unix: bool,
    header: HeaderName,
}

impl TrustedProxies {
    /// No proxies: the client is whoever connects.
    #[must_use]
    pub const fn none() -> Self {
        Self { networks: Vec::new(), unix: false, header: FORWARDED }
    }

    /// Proxies in these networks, such as `10.0.0.0/8` or `2001:db8::7`, that write `X-Forwarded-For`; `unix` stands for what connects
    /// without an address, as over a Unix socket.
    ///
    /// # Errors
    ///
    /// If one of the texts is neither a network nor an address.
    pub fn x_forwarded_for<'n>(networks: impl IntoIterator<Item = &'n str>) -> Result<Self, InvalidNetwork> {
        Self::new(networks, X_FORWARDED_FOR)
    }

    /// The same, of proxies that write `Forwarded` ([RFC 7239](https://www.rfc-editor.org/rfc/rfc7239)).
    ///
    /// # Errors
    ///
    /// If one of the texts is neither a network nor an address.
    pub fn forwarded<'n>(networks: impl IntoIterator<Item = &'n str>) -> Result<Self, InvalidNetwork> {
        Self::new(networks, FORWARDED)
    }

    fn new<'n>(networks: impl IntoIterator<Item = &'n str>, header: HeaderName) -> Result<Self, InvalidNetwork> {
        let mut proxies = Self { networks: Vec::new(), unix: false, header };
        for text in networks {
            match text {
                "unix" => proxies.unix = true,
                text => proxies.networks.push(network(text)?),
            }
        }
        Ok(proxies)
    }

    fn trusts(&self, address: Option<IpAddr>) -> bool {
        address.map_or(self.unix, |address| self.networks.iter().any(|network| network.contains(&address)))
    }

    /// The client's address, if there is one, of a request with these headers from a connection from `peer`.
    #[must_use]
    pub fn client(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let mut client = peer.map(|peer| peer.to_canonical());
        let lines: Vec<&str> = headers.get_all(&self.header).iter().map(|line| line.to_str().unwrap_or("?")).collect();
        for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            if !self.trusts(client) {
                break;
            }
            let said = if self.header == FORWARDED { forwarded_for(hop) } else { Some(hop.trim()) };
            // Who is not named, or not by an address, is not to be looked behind.
            match said.and_then(address) {
                Some(said) => client = Some(said),
                None => break,
            }
        }
        client
    }
}

fn network(text: &str) -> Result<IpNet, InvalidNetwork> {
    let network =
        text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(|address| address.to_canonical().into()));
    network.map_err(|_| InvalidNetwork(text.to_owned()))
}

/// The `for` of one element of `Forwarded`. A quoted string holds no comma there: an address has none.
fn forwarded_for(element: &str) -> Option<&str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.eq_ignore_ascii_case("for").then(|| value.trim_matches('"'))
    })
}

/// An address, with or without a port, in the brackets that one of IPv6 has then.
fn address(text: &str) -> Option<IpAddr> {
    let bracketed = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bracketed.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    address.ok().map(|address| address.to_canonical())
}

/// A text that was given as a network and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidNetwork(String);

impl std::fmt::Display for InvalidNetwork {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "`{}` is no network: expected an address, one with the length of its prefix, as in `10.0.0.0/8`, or `unix`",
            self.0
        )
    }
}

impl std::error::Error for InvalidNetwork {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(proxies: &TrustedProxies, peer: &str, lines: &[&'static str], expected: &str) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(&proxies.header, http::HeaderValue::from_static(line));
        }
        let client = proxies.client(peer.parse().ok(), &headers);
        let client = client.map_or_else(|| "nobody".to_owned(), |client| client.to_string());
        assert_eq!(client, expected, "{peer} {lines:?}");
    }

    #[test]
    fn x_forwarded_for_is_followed_as_far_as_proxies_are_trusted() {
        let proxies = TrustedProxies::x_forwarded_for(["10.0.0.0/8", "2001:db8::1"]).expect("networks");
        check(&proxies, "192.0.2.1", &["6.6.6.6"], "192.0.2.1");
        check(&proxies, "10.0.0.1", &[], "10.0.0.1");
        check(&proxies, "10.0.0.1", &["192.0.2.7"], "192.0.2.7");
        check(&proxies, "::ffff:10.0.0.1", &["192.0.2.7"], "192.0.2.7");
        check(&proxies, "10.0.0.1", &["6.6.6.6, 192.0.2.7"], "192.0.2.7");
        check(&proxies, "10.0.0.1", &["6.6.6.6", "192.0.2.7, 10.0.0.2"], "192.0.2.7");
        check(&proxies, "2001:db8::1", &["[2001:db8::2]:443"], "2001:db8::2");
        check(&proxies, "10.0.0.1", &["192.0.2.7:4711"], "192.0.2.7");
        check(&proxies, "10.0.0.1", &["6.6.6.6, unknown, 10.0.0.2"], "10.0.0.2");
        check(&proxies, "10.0.0.1", &["6.6.6.6,,10.0.0.2"], "10.0.0.2");
        check(&proxies, "10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3");
    }

    #[test]
    fn forwarded_is_read_as_its_standard_has_it() {
        let proxies = TrustedProxies::forwarded(["10.0.0.0/8"]).expect("networks");
        check(&proxies, "10.0.0.1", &["for=192.0.2.60;proto=http;by=203.0.113.43"], "192.0.2.60");
        check(&proxies, "10.0.0.1", &["For=\"[2001:db8:cafe::17]:4711\""], "2001:db8:cafe::17");
        check(&proxies, "10.0.0.1", &["for=6.6.6.6, for=192.0.2.43 , proto=https ;FOR=10.1.2.3"], "192.0.2.43");
        check(&proxies, "10.0.0.1", &["for=6.6.6.6, for=_hidden"], "10.0.0.1");
        check(&proxies, "10.0.0.1", &["for=6.6.6.6, proto=http"], "10.0.0.1");
        check(&TrustedProxies::none(), "10.0.0.1", &["for=6.6.6.6"], "10.0.0.1");
    }

    #[test]
    fn a_connection_without_an_address_may_be_trusted() {
        let proxies = TrustedProxies::x_forwarded_for(["unix", "10.0.0.0/8"]).expect("networks");
        check(&proxies, "unix", &["192.0.2.7"], "192.0.2.7");
        check(&proxies, "unix", &["6.6.6.6, 192.0.2.7, 10.0.0.2"], "192.0.2.7");
        check(&proxies, "unix", &["unknown"], "nobody");
        check(&proxies, "unix", &[], "nobody");
        check(&proxies, "192.0.2.1", &["6.6.6.6"], "192.0.2.1");
        let others = TrustedProxies::x_forwarded_for(["10.0.0.0/8"]).expect("networks");
        check(&others, "unix", &["192.0.2.7"], "nobody");
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in ["", "Unix", "10.0.0.0/33", "localhost", "10.0.0.*"] {
            let error = TrustedProxies::forwarded([text]).expect_err("no network");
            assert!(error.to_string().starts_with(&format!("`{text}` is no network: ")), "{error}");
        }
    }
}
