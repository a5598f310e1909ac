//! What is drawn: plain data, in the order in which it is written.

use crate::graph::{Place, Scope, Use};

/// The dependency graph of a [`Table`](crate::Table), or of one route of it, to be looked at.
///
/// Made by [`Table::graph`](crate::Table::graph). `Display` is [`to_text`](Self::to_text).
///
/// | form | is for |
/// |---|---|
/// | [`to_text`](Self::to_text) | a terminal, a log, a test's snapshot |
/// | [`to_mermaid`](Self::to_mermaid) | Markdown: GitHub, GitLab and rustdoc with a plug-in draw it |
/// | [`to_dot`](Self::to_dot) | Graphviz |
/// | [`to_svg`](Self::to_svg) | a picture of its own, for a README |
/// | [`to_html`](Self::to_html) | a page of its own: the whole, then each route |
///
/// Each has the same content:
///
/// - routes: method, full path, handler, guards of their groups;
/// - providers: type, function, where it stands, scope, error, teardown, whether it is `async`, blocking or inline;
/// - what each function takes, as it is written there, and what it reads from the request;
/// - for each route the *longest async path*: the chain of dependencies with the most asynchronous providers. They cannot
///   run at the same time, so a request waits for at least so many in turn. Waiting for a turn with a `&mut T`, and for
///   the phases of a request, is not in it.
///
/// What several functions share is drawn once. A function's transient dependency is drawn once too, though it is built
/// for each use.
#[derive(Debug, Clone)]
pub struct Graph {
    /// The container's type.
    pub(super) container: String,
    /// Providers that are fields of the container, in its order.
    pub(super) fields: Vec<usize>,
    pub(super) routes: Vec<Route>,
    /// Providers and container inputs, in the order in which they are first mentioned.
    pub(super) providers: Vec<Provider>,
}

/// A route: what requests start from.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub(super) method: &'static str,
    /// The full path, as written.
    pub(super) path: String,
    pub(super) handler: &'static str,
    pub(super) place: Place,
    pub(super) run: Run,
    pub(super) sequential: bool,
    pub(super) detached: bool,
    /// The guards of its groups, outermost first, then the handler's parameters.
    pub(super) params: Vec<Param>,
    pub(super) awaits: Awaits,
}

/// A source of values: what parameters name.
#[derive(Debug, Clone)]
pub(super) struct Provider {
    /// The type as its users write it.
    pub(super) ty: String,
    /// The function, or the struct whose fields are injected; for a container's input the field.
    pub(super) function: &'static str,
    pub(super) place: Place,
    pub(super) scope: Scope,
    pub(super) run: Run,
    /// The error type, as written.
    pub(super) error: Option<&'static str>,
    /// The teardown function, and whether it waits for the response to go out.
    pub(super) teardown: Option<String>,
    /// The container's field that holds it.
    pub(super) field: Option<&'static str>,
    pub(super) params: Vec<Param>,
    pub(super) awaits: Awaits,
}

/// One thing that a function takes.
#[derive(Debug, Clone)]
pub(super) struct Param {
    pub(super) role: Role,
    pub(super) usage: Use,
    /// The type as written, with `&`, `Option` and `Result`.
    pub(super) ty: String,
    pub(super) to: To,
}

/// On whose behalf something is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    /// The function itself, under this name, if it has one.
    Argument(&'static str),
    /// A group with this full prefix.
    Guard(String),
    /// The teardown of what the function provides.
    Teardown(&'static str),
}

/// Where an argument comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum To {
    Provider(usize),
    /// The request: source and name, `path id`.
    Request(String),
}

/// Where a function runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Run {
    Async,
    Blocking,
    Inline,
    /// Nothing runs: the value is handed to the container's builder.
    Given,
}

/// The longest chain of asynchronous providers below a function.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Awaits {
    /// How many there are, the function itself included if it is a provider.
    pub(super) count: usize,
    /// The parameter that it goes on with.
    pub(super) next: Option<usize>,
}

impl Run {
    /// The function in words: `async fn name`.
    pub(super) fn function(self, name: &str, provides: &str) -> String {
        // A derived provider bears the name of the type that it provides.
        let what = if provides.split('<').next() == Some(name) { "struct" } else { "fn" };
        match self {
            Self::Async => format!("async {what} {name}"),
            Self::Blocking => format!("blocking {what} {name}"),
            Self::Inline => format!("inline {what} {name}"),
            Self::Given => "handed to the builder".to_owned(),
        }
    }
}

impl Param {
    pub(super) fn provider(&self) -> Option<usize> {
        match self.to {
            To::Provider(index) => Some(index),
            To::Request(_) => None,
        }
    }

    /// What is read from the request, if it is: `reads path id: Path<u64>`.
    pub(super) fn read(&self) -> Option<String> {
        let reads = if matches!(self.role, Role::Guard(_)) { "" } else { "reads " };
        matches!(self.to, To::Request(_)).then(|| format!("{reads}{}", self.label()))
    }

    /// What it is called where it is taken: `user: &User`, `guard Has<Admin>`, `path id: Path<u64>`.
    pub(super) fn label(&self) -> String {
        let Self { role, ty, to, .. } = self;
        match (role, to) {
            (Role::Guard(prefix), _) => {
                let of = if prefix.is_empty() { String::new() } else { format!(" of {prefix}") };
                match to {
                    To::Request(input) => format!("guard {input}: {ty}{of}"),
                    To::Provider(_) => format!("guard {ty}{of}"),
                }
            }
            (_, To::Request(input)) => format!("{input}: {ty}"),
            (Role::Argument(""), _) => ty.clone(),
            (Role::Argument(name), _) => format!("{name}: {ty}"),
            (Role::Teardown(name), _) => format!("{name} takes {ty}"),
        }
    }
}

impl Graph {
    /// The graph of one route alone: what its guards and its handler need.
    ///
    /// `path` is the full path as written, prefixes of groups included: `graph.route("GET", "/users/{id}")`.
    #[must_use]
    pub fn route(&self, method: &str, path: &str) -> Option<Self> {
        let index = self.routes.iter().position(|route| route.method == method && route.path == path)?;
        Some(self.only(index))
    }

    /// The graph of route `index` alone.
    pub(super) fn only(&self, index: usize) -> Self {
        let mut picked = Picked { new: vec![None; self.providers.len()], old: Vec::new() };
        let mut route = self.routes[index].clone();
        picked.params(&mut route.params);
        let mut providers = Vec::new();
        while let Some(&old) = picked.old.get(providers.len()) {
            let mut provider = self.providers[old].clone();
            picked.params(&mut provider.params);
            providers.push(provider);
        }
        let fields = self.fields.iter().filter_map(|&field| picked.new[field]).collect();
        Self { container: self.container.clone(), fields, routes: vec![route], providers }
    }

    /// The functions along a route's longest async path, from the handler to the last asynchronous provider.
    pub(super) fn async_path<'g>(&'g self, route: &'g Route) -> Vec<&'g str> {
        let mut names = vec![route.handler];
        names.extend(self.async_providers(route).into_iter().map(|provider| self.providers[provider].ty.as_str()));
        names
    }

    /// The providers along a route's longest async path.
    pub(super) fn async_providers(&self, route: &Route) -> Vec<usize> {
        let mut path = Vec::new();
        let (mut params, mut awaits) = (&route.params, route.awaits);
        while awaits.count > 0
            && let Some(provider) = awaits.next.and_then(|next| params[next].provider())
        {
            path.push(provider);
            (params, awaits) = (&self.providers[provider].params, self.providers[provider].awaits);
        }
        path
    }

    /// For each provider, whether it is on the longest async path of a route.
    pub(super) fn awaited(&self) -> Vec<bool> {
        let mut awaited = vec![false; self.providers.len()];
        for provider in self.routes.iter().flat_map(|route| self.async_providers(route)) {
            awaited[provider] = true;
        }
        awaited
    }
}

/// Providers being picked out of a graph, with their numbers here and there.
struct Picked {
    new: Vec<Option<usize>>,
    old: Vec<usize>,
}

impl Picked {
    /// Gives what `params` name the numbers of the new graph.
    fn params(&mut self, params: &mut [Param]) {
        for param in params {
            if let To::Provider(old) = param.to {
                let new = *self.new[old].get_or_insert_with(|| {
                    self.old.push(old);
                    self.old.len() - 1
                });
                param.to = To::Provider(new);
            }
        }
    }
}
