//! What may a token be used for, and what does a route ask of it?
//!
//! [`Scoped<S>`] is a dependency that is there only if the caller's token has the scope `S`: whatever takes one requires the
//! scope. What the token has is for the application to say, by a provider of [`GrantedScopes`]. It is a value for each
//! scope and not one for each set of them, because a provider runs once in a request: a check that two ask for is made
//! once, and whoever does not ask is not held up by it.

use std::{collections::BTreeSet, convert::Infallible, fmt, marker::PhantomData, sync::Arc};

use http::{HeaderValue, StatusCode, header::WWW_AUTHENTICATE};

use crate::{
    app::Container,
    describe::Replies,
    graph::{ErrorInfo, ErrorProbe, Node, NodeRef, Param, Provide, ResponseProbe, Scope, is_word},
    response::{IntoResponse, Problem, Response},
    scope::{Args, Build, Provider, SyncProvider, sync_call},
};

/// What a token may be used for: a scope of OAuth 2 ([RFC 6749 §3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3)).
///
/// ```
/// use di_core::{ScopeName, SecurityScope};
///
/// pub struct NotesWrite;
///
/// impl SecurityScope for NotesWrite {
///     const NAME: ScopeName = ScopeName::new("notes:write");
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a security scope",
    label = "not a security scope",
    note = "help: implement it, `impl SecurityScope for {Self} {{ const NAME: ScopeName = ScopeName::new(\"notes:write\"); }}`"
)]
pub trait SecurityScope: 'static {
    /// What tokens call it.
    const NAME: ScopeName;
}

/// The name of a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeName(&'static str);

impl ScopeName {
    /// A name; it is a word without spaces, quotes and backslashes. What requires a scope of another name does not compile.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// What is wrong with it, said of the scope.
    const fn fault(self) -> Option<&'static str> {
        if is_word(self.0) {
            return None;
        }
        Some(
            "is of a scope whose name is not one word without spaces, quotes and backslashes\nhelp: write `ScopeName::new(\"notes:write\")`",
        )
    }

    /// The name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// The scopes that the caller's token has; an application provides them.
///
/// ```
/// use di_core::GrantedScopes;
///
/// let granted = GrantedScopes::parse("notes:read notes:write");
/// assert!(granted.contains("notes:read") && !granted.contains("notes"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GrantedScopes(BTreeSet<Box<str>>);

impl GrantedScopes {
    /// Those that `text` lists between spaces: how tokens carry them.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        text.split_ascii_whitespace().collect()
    }

    /// Whether the scope of this name is among them.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// All of them, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|name| &**name)
    }
}

impl<S: Into<Box<str>>> FromIterator<S> for GrantedScopes {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }
}

/// The scopes that are required of who asks for this: the function's own, and those of all that use what it provides, in
/// this route.
///
/// A function requires what it takes as [`Scoped`], a handler also what its attribute lists. So a provider of what everybody
/// uses, such as the token's claims, sees all scopes that the route requires; one that only a part of the route uses sees
/// what that part requires, and nothing of its siblings. In a job and in a singleton there are none.
#[derive(Clone, PartialEq, Eq)]
pub struct RequiredScopes(Arc<[&'static str]>);

impl RequiredScopes {
    pub(crate) fn new(names: Vec<&'static str>) -> Self {
        Self(names.into())
    }

    /// Their names, those of the handler first.
    pub fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().copied()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for RequiredScopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl fmt::Display for RequiredScopes {
    /// As tokens carry them, between spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

#[diagnostic::do_not_recommend]
impl<C> Provide<C> for RequiredScopes {
    type Error = Infallible;
    const NODE: NodeRef = {
        static NODE: Node = Node::bare::<RequiredScopes>("RequiredScopes", Scope::Transient, Build::Required);
        NodeRef::new(&NODE)
    };
}

/// The caller's token has the scope `S`: a guard, or a parameter of whatever requires it.
///
/// What asks for it needs a provider of [`GrantedScopes`]. A token without the scope is refused with a 403 that names it.
pub struct Scoped<S>(PhantomData<fn() -> S>);

impl<S> Clone for Scoped<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Scoped<S> {}

impl<S: SecurityScope> fmt::Debug for Scoped<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scoped({})", S::NAME.as_str())
    }
}

// Whether there are granted scopes is no bound here: this would be listed then wherever any type is not provided.
#[diagnostic::do_not_recommend]
impl<C: Container, S: SecurityScope> Provide<C> for Scoped<S> {
    type Error = InsufficientScope;
    const NODE: NodeRef = NodeRef::new(Check::<C, S>::NODE);
}

/// The provider of `Scoped<S>` in the container `C`.
struct Check<C, S>(PhantomData<fn() -> (C, S)>);

impl<C: Container, S: SecurityScope> Provider for Check<C, S> {
    type Value = Scoped<S>;
    type Error = InsufficientScope;
}

impl<C: Container, S: SecurityScope> SyncProvider for Check<C, S> {
    fn build(args: Args<'_>) -> Result<Scoped<S>, InsufficientScope> {
        let granted: &GrantedScopes = args.shared(0);
        let required: RequiredScopes = args.value(1);
        match S::NAME.as_str() {
            name if granted.contains(name) => Ok(Scoped(PhantomData)),
            lacking => Err(InsufficientScope { lacking, required }),
        }
    }
}

impl<C: Container, S: SecurityScope> Check<C, S> {
    const PARAMS: &'static [Param] = &[
        Param::shared("granted", "GrantedScopes", C::GRANTED, true),
        Param::value("required", "RequiredScopes", <RequiredScopes as Provide<C>>::NODE, None, None).requiring(S::NAME),
    ];
    const NODE: &'static Node = &Node {
        error: Some(ErrorInfo::of::<InsufficientScope>(
            "InsufficientScope",
            ResponseProbe::<InsufficientScope>::RESPOND,
            ErrorProbe::<InsufficientScope>::REPORT,
        )),
        params: Self::PARAMS,
        fault: S::NAME.fault(),
        ..Node::of_framework::<Scoped<S>>("Scoped<_>", "scoped", Scope::Request, Build::Sync(sync_call::<Self>()))
    };
}

/// The caller's token lacks a scope: a 403 that names it ([RFC 6750 §3.1]).
///
/// `WWW-Authenticate` lists all scopes that are required where it is lacking, so that a client can ask for them at once.
///
/// [RFC 6750 §3.1]: https://www.rfc-editor.org/rfc/rfc6750#section-3.1
#[derive(Debug, Clone)]
pub struct InsufficientScope {
    lacking: &'static str,
    required: RequiredScopes,
}

impl InsufficientScope {
    /// The scope that the token lacks.
    #[must_use]
    pub fn lacking(&self) -> &'static str {
        self.lacking
    }
}

impl fmt::Display for InsufficientScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the token lacks the scope `{}`", self.lacking)
    }
}

impl std::error::Error for InsufficientScope {}

#[diagnostic::do_not_recommend]
impl IntoResponse for InsufficientScope {
    fn into_response(self) -> Response {
        let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{}\"", self.required);
        let challenge = HeaderValue::try_from(challenge).expect("names of scopes are ASCII");
        let problem = Problem::new(StatusCode::FORBIDDEN).detail(self.to_string());
        problem.header(WWW_AUTHENTICATE, challenge).into_response()
    }

    fn describe(replies: &mut Replies) {
        replies.problem(StatusCode::FORBIDDEN, "The token lacks a scope.");
    }
}

/// The scopes that one request to a route may have to have: those of its guards, its handler and all that these use.
pub(crate) fn reached<'p>(params: impl Iterator<Item = &'p Param>) -> Vec<&'static str> {
    fn visit(node: &'static Node, seen: &mut Vec<std::any::TypeId>, names: &mut Vec<&'static str>) {
        if seen.contains(&node.key) {
            return;
        }
        seen.push(node.key);
        if let Some(name) = node.security_scope().filter(|name| !names.contains(name)) {
            names.push(name);
        }
        node.params.iter().for_each(|param| visit(param.node.get(), seen, names));
    }
    let (mut seen, mut names) = (Vec::new(), Vec::new());
    params.for_each(|param| visit(param.node.get(), &mut seen, &mut names));
    names
}
