//! What does a route take and give, in the whole of its graph?

use std::{any::TypeId, collections::HashSet};

use di_core::{
    describe::{Operation, Replies, Reply, Schema, Subject},
    graph::{HandlerCall, Node, Param, PathShape, Scope, Use, Wrap},
    route::Route,
    scope::Build,
};
use http::StatusCode;

/// Asks all that `route` reaches to describe itself: guards, handler, providers at every depth.
pub(super) fn operation(route: &Route<'_>) -> Operation {
    let mut walk = Walk::default();
    let record = route.record().get();
    for group in route.groups() {
        for guard in group.guards {
            walk.param(&guard.get().param, true);
        }
    }
    for param in record.params {
        walk.param(param, true);
    }
    let mut operation = walk.operation;
    // What the handler of a session returns is nobody's answer.
    if !matches!(record.call, HandlerCall::Session(..)) {
        operation.replies.splice(0..0, record.answer.replies());
    }
    if matches!(record.call, HandlerCall::Blocking(_)) || walk.blocks {
        let reply = Reply::problem(StatusCode::SERVICE_UNAVAILABLE, "Too many requests are waiting.");
        operation.replies.push(reply.header(
            "retry-after",
            "After how many seconds to try again.",
            Schema::Json(r#"{"type":"integer"}"#),
        ));
    }
    operation
}

#[derive(Default)]
struct Walk {
    operation: Operation,
    /// Providers that have been looked into, and whether what they need was required then.
    seen: HashSet<(TypeId, bool)>,
    /// Providers whose error is on record.
    failing: HashSet<TypeId>,
    blocks: bool,
}

impl Walk {
    /// `required` says whether the absence of what the parameter's function needs refuses the request.
    fn param(&mut self, param: &Param, required: bool) {
        let node = param.node.get();
        match node.scope {
            Scope::Input => {
                self.input(param, required);
                // What it is looked at with.
                node.params.iter().for_each(|below| self.param(below, required));
            }
            Scope::Request | Scope::Transient => self.provider(param, node, required),
            // Singletons are there before any request is.
            Scope::Singleton | Scope::Part | Scope::Missing => {}
        }
    }

    fn input(&mut self, param: &Param, required: bool) {
        let Some(input) = param.input else { return };
        let subject = Subject {
            name: param.name,
            text: param.text,
            required: required && param.wrap == Wrap::Plain,
            schema: param.schema,
            path: input.path,
        };
        let replies = self.operation.replies.len();
        (input.describe)(subject, &mut self.operation);
        if param.wrap == Wrap::Result {
            // The function gets to see what is wrong, and nobody is refused for it.
            self.operation.replies.truncate(replies);
        }
    }

    fn provider(&mut self, param: &Param, node: &'static Node, required: bool) {
        // The failure of a provider is a value for who takes a `Result`; what the provider needs is needed all the same.
        // What is lazy may never be asked for.
        let required = required && param.wrap != Wrap::Option && param.usage != Use::Lazy;
        if let Some(error) = node.error.filter(|_| param.wrap != Wrap::Result)
            && self.failing.insert(node.key)
            && let Some(describe) = error.describe
        {
            let mut replies = Replies::new(error.schema);
            replies.of_error(describe);
            self.operation.replies.append(&mut replies.all);
            self.operation.success_headers.append(&mut replies.success_headers);
        }
        if !self.seen.insert((node.key, required)) {
            return;
        }
        let torn_down = node.teardown.filter(|teardown| !teardown.after_response);
        if let Some(describe) = torn_down.and_then(|teardown| teardown.describe)
            && !self.seen.contains(&(node.key, !required))
        {
            self.operation.replies.append(&mut Replies::new(Schema::Any).of_error(describe).all);
        }
        self.blocks |= matches!(node.build, Build::Blocking(_));
        for param in node.params {
            self.param(param, required);
        }
    }
}

/// The names that a parameter of the path stands for; `captures` are those of the route, from the left.
pub(super) fn path_names(shape: PathShape, name: &'static str, captures: &[&'static str]) -> Vec<&'static str> {
    match shape {
        PathShape::None => Vec::new(),
        PathShape::Scalar => vec![name],
        PathShape::Tuple(count) => captures.iter().take(count).copied().collect(),
        PathShape::Fields(names) => names.to_vec(),
    }
}
