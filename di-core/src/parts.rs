//! Which parts of a request may be asked for as they are?
//!
//! The method, the URI and the headers, by reference or by value.

use std::convert::Infallible;

use http::{HeaderMap, Method, Uri, request::Parts};

use crate::{
    graph::{Node, NodeRef, Provide, Scope},
    scope::Build,
};

macro_rules! part {
    ($($ty:ident: $field:ident),*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<C> Provide<C> for $ty {
                type Error = Infallible;
                const NODE: NodeRef = {
                    fn part(parts: &Parts) -> *const u8 {
                        std::ptr::from_ref(&parts.$field).cast()
                    }
                    static NODE: Node = Node::bare::<$ty>(stringify!($ty), Scope::Part, Build::Part(part));
                    NodeRef::new(&NODE)
                };
            }
        )*
    };
}

part!(Method: method, Uri: uri, HeaderMap: headers);
