//! What depends on what?
//!
//! Every provider is a [`Node`] in a `static`, every parameter of a provider or handler an edge to one. Nodes lie behind
//! raw pointers, so that a cyclic graph is plain data: [`check`] walks it during const evaluation and reports what is
//! wrong, and the planner walks it when an application is built.

mod brought;
pub mod check;
mod input;
mod node;
mod probe;
mod provide;
mod security;

pub use self::{
    brought::Brought,
    input::{Check, CheckWith, Checked, Extract, Input, PathShape, ReadStream, Rejection, RequestView, Source},
    node::{
        BodyReader, Decorate, Decorates, ErrorInfo, Function, GuardRecord, GuardRef, Guarding, HandlerCall, Node,
        NodeRef, Param, Place, RouteRecord, RouteRef, Scope, SessionInfo, StaticRef, Teardown, TypeInfo, Use, Wrap,
        key, key_named,
    },
    probe::{
        Answer, AsError, AsIs, AsNeither, AsResponse, Boxed, CheckProbe, CloneProbe, ContextProbe, DropProbe,
        ErrorProbe, Failing, FailsProbe, FutureProbe, InputProbe, NamedFailsProbe, NamedProbe, NoFuture, NoSchema,
        NodeProbe, NotChecked, NotCloned, NotContext, NotDropped, NotError, NotFailing, NotInput, NotProvided,
        NotReported, NotResponse, NotSame, NotSent, NotSync, ReportProbe, Reported, Respond, Responding, ResponseProbe,
        Returned, SameProbe, SchemaProbe, SendProbe, Sends, SyncProbe, boxing,
    },
    provide::{
        ByField, ByNobody, ByProvider, Edge, Guard, Handler, HandlerOf, HasPart, HeldBy, HeldNamed, IsResult, IsSend,
        IsSync, Job, Provide, ProvideNamed, either, guard_value,
    },
    security::{Grant, KeyPlace, OAuthFlow, SchemeKind, SecurityScheme, is_token},
};
pub(crate) use self::{
    input::{ReadInput, Reading, Reason},
    node::MISSING,
};
