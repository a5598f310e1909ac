//! What depends on what?
//!
//! Every provider is a [`Node`] in a `static`, every parameter of a provider or handler an edge to one. Nodes lie behind
//! raw pointers, so that a cyclic graph is plain data: [`check`] walks it during const evaluation and reports what is
//! wrong, and the planner walks it when an application is built.

mod brought;
pub mod check;
mod function;
mod input;
mod node;
mod param;
mod probe;
mod provide;
mod record;
mod security;
mod static_ref;

pub use self::{
    brought::Brought,
    function::{Function, Place},
    input::{Check, CheckWith, Checked, Extract, Input, PathShape, ReadStream, Rejection, RequestView, Source},
    node::{Decorate, Decorates, ErrorInfo, Node, NodeRef, Scope, Teardown, TypeInfo, key, key_named},
    param::{Guarding, Param, Use, Wrap},
    probe::{
        Answer, AsError, AsFailure, AsIs, AsNeither, AsResponse, Boxed, CheckProbe, CloneProbe, ContextProbe,
        DescribeProbe, DropProbe, ErrorProbe, Failing, FailsProbe, FieldProbe, FieldsProbe, FragmentProbe, FutureProbe,
        HandlerProbe, InputProbe, NamedFailsProbe, NamedFieldProbe, NamedProbe, NoFuture, NoSchema, NodeProbe,
        NotAPart, NotChecked, NotCloned, NotContainer, NotContext, NotDescribed, NotDropped, NotError, NotFailing,
        NotFragment, NotHandler, NotHeld, NotInput, NotProvided, NotReported, NotResponse, NotResult, NotSame, NotSent,
        NotSync, PartProbe, ReportProbe, Reported, Respond, Responding, ResponseProbe, ResultProbe, Returned,
        SameProbe, SchemaProbe, SendProbe, Sends, SyncProbe, boxing,
    },
    provide::{
        ByField, ByNobody, ByProvider, Edge, Guard, Handler, HandlerOf, HasPart, HeldBy, HeldNamed, IsResult, IsSend,
        IsSync, Job, Provide, ProvideField, ProvideFile, ProvideGuard, ProvideNamed, ProvideOption, ProvideOptional,
        ProvidePointer, ProvideRequest, either, guard_value,
    },
    record::{BodyReader, Declaration, GuardRecord, GuardRef, HandlerCall, RouteRecord, RouteRef, SessionInfo},
    security::{Grant, KeyPlace, OAuthFlow, SchemeKind, SecurityScheme, is_token, is_word},
    static_ref::StaticRef,
};
pub(crate) use self::{
    input::{ReadInput, Reading, Reason, input},
    node::MISSING,
};
