//! What does a function reach?

use super::same::{Shared, both_shared_or_alike, same};
use crate::graph::{Node, Param, Scope};

/// A node met on a walk.
#[derive(Clone, Copy)]
pub(super) struct Met {
    pub(super) node: &'static Node,
    /// The request-scoped value that it is built for, itself included: that is built once, whoever asks for it.
    pub(super) shared: Option<Shared>,
}

/// All that a list of parameters reaches, each node once, in the order of a walk by levels; singletons are not looked
/// into. Cyclic graphs and those with many ways to one node are walked in as many steps as they have edges.
pub(crate) struct Reached<const N: usize> {
    met: [Option<Met>; N],
    pub(crate) len: usize,
}

/// Runs `$body` with what a walk `$from` somewhere comes to, if it is as `$ended` says: there was enough room for it. Const
/// evaluation has no heap, so the walk is tried with more and more room; `$full` is for a graph that fits in none.
macro_rules! with_room {
    ($walk:ident::$from:ident($of:expr), $ended:pat => $body:expr, $full:expr) => {
        match $walk::<24>::$from($of) {
            $ended => $body,
            _ => match $walk::<512>::$from($of) {
                $ended => $body,
                _ => match $walk::<16384>::$from($of) {
                    $ended => $body,
                    _ => $full,
                },
            },
        }
    };
}

/// Runs `$body` with what `$params` reach as `$reached`; `$full` is for a graph that fits in no room.
macro_rules! reach {
    ($params:expr, $reached:ident => $body:expr, $full:expr) => {{
        use $crate::graph::check::Reached;
        $crate::graph::check::with_room!(Reached::from($params), Some($reached) => $body, $full)
    }};
}

pub(crate) use {reach, with_room};

impl<const N: usize> Reached<N> {
    /// `None` if there is not enough room.
    pub(crate) const fn from(params: &'static [Param]) -> Option<Self> {
        let mut reached = Self { met: [None; N], len: 0 };
        if !reached.meet(params, None) {
            return None;
        }
        let mut at = 0;
        while at < reached.len {
            let met = reached.get(at);
            let is_end = matches!(met.node.scope, Scope::Singleton) || matches!(met.node.params, []);
            if !is_end && !reached.meet(met.node.params, met.shared) {
                return None;
            }
            at += 1;
        }
        Some(reached)
    }

    /// The node met as number `at`.
    pub(crate) const fn node(&self, at: usize) -> &'static Node {
        self.get(at).node
    }

    pub(super) const fn get(&self, at: usize) -> Met {
        match self.met[at] {
            Some(met) => met,
            None => panic!("the walk has come this far"),
        }
    }

    /// Notes what `params` name; says whether there was room.
    const fn meet(&mut self, params: &'static [Param], shared: Option<Shared>) -> bool {
        let mut i = 0;
        while i < params.len() {
            let param = &params[i];
            let node = param.node.get();
            i += 1;
            let shared = match node.scope {
                Scope::Request => Some(Shared { node, ty: param.ty }),
                Scope::Transient => shared,
                // These have nothing below them, or nothing of a request.
                Scope::Singleton | Scope::Input | Scope::Part | Scope::Missing => continue,
            };
            let met = Met { node, shared };
            if !self.has(&met) {
                if self.len == N {
                    return false;
                }
                self.met[self.len] = Some(met);
                self.len += 1;
            }
        }
        true
    }

    const fn has(&self, met: &Met) -> bool {
        let id = met.node.function.id;
        let mut i = 0;
        while i < self.len {
            if let Some(other) = &self.met[i]
                && other.node.function.id == id
                && same(other.node, met.node)
                && both_shared_or_alike(other.shared, met.shared)
            {
                return true;
            }
            i += 1;
        }
        false
    }
}

/// Whether anything lies below a parameter: singletons are not looked into.
pub(crate) const fn has_below(param: &Param) -> bool {
    let node = param.node.get();
    matches!(node.scope, Scope::Request | Scope::Transient) && !matches!(node.params, [])
}
