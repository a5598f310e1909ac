//! Whose requests are counted together?

use std::{convert::Infallible, fmt, marker::PhantomData, net::IpAddr};

use di_core::__private::{Args, Brought, Extract, Input, Node, NodeRef, Param, Provide};

use crate::{ApiKey, ApiKeyScheme, ClientAddr};

/// Says whose requests are counted together.
///
/// The key is as long as a client makes it: a store may want to hash it.
///
/// ```
/// use di_server::rate_limit::RateKey;
///
/// pub struct User {
///     id: u64,
/// }
///
/// impl RateKey for User {
///     fn rate_key(&self) -> String {
///         self.id.to_string()
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whose requests are counted together",
    label = "not the key of a rate limit",
    note = "help: implement `RateKey` for it, or write `type Key = ClientAddr;` to count by address"
)]
pub trait RateKey {
    /// The key; equal for requests that are counted together.
    fn rate_key(&self) -> String;
}

/// By the client's address; of an IPv6 address the first 64 bits count, which is what one subscriber is given.
impl RateKey for ClientAddr {
    fn rate_key(&self) -> String {
        match self.0.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}

const fn input<T: Extract>(name: &'static str, ty: &'static str, node: NodeRef) -> Param {
    Param::value(name, ty, node, Some(const { &Input::of::<T>() }), None)
}

/// The API key that a request comes with. `Debug` does not show it.
pub struct KeyOf<K> {
    key: String,
    scheme: PhantomData<fn() -> K>,
}

impl<K> RateKey for KeyOf<K> {
    fn rate_key(&self) -> String {
        self.key.clone()
    }
}

impl<K> fmt::Debug for KeyOf<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyOf(..)")
    }
}

#[diagnostic::do_not_recommend]
impl<C, K: ApiKeyScheme> Provide<C> for KeyOf<K> {
    type Error = Infallible;
    const NODE: NodeRef = NodeRef::new(
        const {
            &Node {
                params: &[input::<ApiKey<K>>("key", "ApiKey<_>", <ApiKey<K> as Provide<()>>::NODE)],
                ..Node::brought::<Self>("KeyOf<_>", "key_of")
            }
        },
    );
}

impl<K: ApiKeyScheme> Brought for KeyOf<K> {
    fn bring(args: Args<'_>) -> Self {
        let key: ApiKey<K> = args.value(0);
        Self { key: key.key().to_owned(), scheme: PhantomData }
    }
}
