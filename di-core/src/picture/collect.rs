//! How does the graph in the statics become the one to be drawn?

use std::{any::TypeId, collections::HashMap};

use super::{
    model::{Awaits, Graph, Param, Provider, Role, Route, Run, To},
    names,
};
use crate::{
    graph::{self, Guarding, HandlerCall, Node, Scope, Use, Wrap},
    route::{self, Capture, TableData},
    scope::{Build, Field},
};

impl Graph {
    /// The graph of all routes of `table`, whose container has the type name `container` and these fields.
    pub(crate) fn collect(container: &str, fields: &'static [Field], table: &TableData) -> Self {
        let mut collector = Collector::default();
        let fields = Field::singletons(fields);
        for field in &fields {
            collector.fields.insert(field.node.get().key, field.name);
        }
        let mut routes: Vec<Route> = table.routes().map(|route| collector.route(&route)).collect();
        let fields = fields.iter().map(|field| collector.provider(field, true)).collect();
        let mut providers: Vec<Provider> = collector.providers.into_iter().flatten().collect();
        let mut depths = vec![None; providers.len()];
        for index in 0..providers.len() {
            await_provider(&mut providers, &mut depths, index);
        }
        for route in &mut routes {
            route.awaits = longest(&route.params, |provider| providers[provider].awaits.count);
        }
        Self { container: names::short(container), fields, routes, providers }
    }
}

#[derive(Default)]
struct Collector {
    fields: HashMap<TypeId, &'static str>,
    /// By key, and by where a guard's own value lies.
    seen: HashMap<(TypeId, Option<*mut u8>), usize>,
    /// `None` while what the provider takes is being collected.
    providers: Vec<Option<Provider>>,
}

impl Collector {
    fn route(&mut self, route: &route::Route<'_>) -> Route {
        let (meta, record) = (route.meta(), route.record().get());
        let mut params = Vec::new();
        let mut prefix = String::new();
        for group in route.groups() {
            prefix += group.prefix;
            for guard in group.guards {
                let role = Role::Guard(prefix.clone());
                params.push(self.param(role, &guard.get().param, true, route.captures()));
            }
        }
        for param in record.params {
            params.push(self.param(Role::Argument(param.name), param, true, route.captures()));
        }
        Route {
            method: match record.call {
                _ if meta.is_fallback() => "fallback",
                HandlerCall::Session(..) => "WS",
                _ => meta.method,
            },
            path: route.path().to_string(),
            handler: meta.name,
            place: meta.place,
            run: match record.call {
                HandlerCall::Async(_) | HandlerCall::Session(..) => Run::Async,
                HandlerCall::Inline(_) => Run::Inline,
                HandlerCall::Blocking(_) => Run::Blocking,
            },
            sequential: record.sequential,
            detached: record.detached,
            params,
            awaits: Awaits::default(),
        }
    }

    /// `concrete` says that types are written without parameters of a generic function.
    fn param(&mut self, role: Role, param: &graph::Param, concrete: bool, captures: &[Capture]) -> Param {
        let node = param.node.get();
        if matches!(node.scope, Scope::Input | Scope::Part) {
            let ty = if concrete { param.ty.to_owned() } else { names::short((node.value.name)()) };
            let input = names::input(param, &ty, captures);
            let ty = written(&ty, param, Some("Rejection"));
            return Param { role, usage: param.usage, ty, to: To::Request(input) };
        }
        let index = self.provider(param, concrete);
        let ty = match &self.providers[index] {
            Some(provider) if !concrete => provider.ty.clone(),
            None if !concrete => names::short((node.value.name)()),
            _ => param.ty.to_owned(),
        };
        let ty = written(&ty, param, node.error.map(|error| error.name));
        Param { role, usage: param.usage, ty, to: To::Provider(index) }
    }

    /// The number of what `param` names.
    fn provider(&mut self, param: &graph::Param, concrete: bool) -> usize {
        let node = param.node.get();
        // The values of a guard have one node, and each is a guard of its own.
        let key = (node.key, param.guard.map(Guarding::place));
        if let Some(&index) = self.seen.get(&key) {
            return index;
        }
        let index = self.providers.len();
        self.seen.insert(key, index);
        self.providers.push(None);
        let ty = match (node.function.generic && node.scope != Scope::Missing, concrete) {
            _ if param.guard.is_some() => param.ty.to_owned(),
            (false, _) => node.ty.to_owned(),
            (true, true) => param.ty.to_owned(),
            (true, false) => names::short((node.value.name)()),
        };
        let provider = self.describe(node, ty);
        self.providers[index] = Some(provider);
        index
    }

    fn describe(&mut self, node: &'static Node, ty: String) -> Provider {
        let concrete = !node.function.generic;
        let mut params: Vec<Param> =
            node.params.iter().map(|param| self.param(Role::Argument(param.name), param, concrete, &[])).collect();
        if let Some(teardown) = &node.teardown {
            for &taken in teardown.takes {
                let param = graph::Param::shared("", taken.get().ty, taken, true);
                params.push(self.param(Role::Teardown(teardown.name), &param, !taken.get().function.generic, &[]));
            }
        }
        Provider {
            ty,
            function: node.function.name,
            place: node.function.place,
            scope: node.scope,
            run: match node.build {
                Build::Async(_) => Run::Async,
                Build::Blocking(_) => Run::Blocking,
                Build::Sync(_) | Build::Made(_) => Run::Inline,
                Build::Given | Build::Input | Build::Part(_) | Build::Required => Run::Given,
            },
            error: node.error.map(|error| error.name),
            teardown: node.teardown.map(|teardown| {
                let when = if teardown.after_response { " after the response" } else { "" };
                format!("{}{when}", teardown.name)
            }),
            field: self.fields.get(&node.key).copied(),
            params,
            awaits: Awaits::default(),
        }
    }
}

/// `ty` as the parameter has it.
fn written(ty: &str, param: &graph::Param, error: Option<&str>) -> String {
    let (used, amp) = match param.usage {
        Use::Shared => (format!("&{ty}"), "&"),
        Use::Exclusive => (format!("&mut {ty}"), "&"),
        Use::Fresh => (format!("Fresh<{ty}>"), ""),
        Use::Held => (format!("Held<{ty}>"), ""),
        Use::Lazy => (format!("Lazy<{ty}>"), ""),
        Use::Value | Use::Run => (ty.to_owned(), ""),
    };
    match (param.wrap, error) {
        (Wrap::Plain, _) => used,
        (Wrap::Option, _) => format!("Option<{used}>"),
        (Wrap::Result, Some(error)) => format!("Result<{used}, {amp}{error}>"),
        (Wrap::Result, None) => format!("Result<{used}, _>"),
    }
}

/// Finds the longest async path below provider `index`; one that is being looked at already, which only a cycle has,
/// counts for nothing.
fn await_provider(providers: &mut [Provider], depths: &mut [Option<usize>], index: usize) -> usize {
    if let Some(depth) = depths[index] {
        return depth;
    }
    depths[index] = Some(0);
    // Singletons are there before any request is.
    if matches!(providers[index].scope, Scope::Request | Scope::Transient) {
        let below: Vec<usize> = providers[index].params.iter().filter_map(Param::provider).collect();
        for provider in below {
            await_provider(providers, depths, provider);
        }
        let mut awaits = longest(&providers[index].params, |provider| depths[provider].unwrap_or(0));
        awaits.count += usize::from(providers[index].run == Run::Async);
        providers[index].awaits = awaits;
        depths[index] = Some(awaits.count);
    }
    providers[index].awaits.count
}

/// The first of `params` with the most asynchronous providers below it.
fn longest(params: &[Param], depth: impl Fn(usize) -> usize) -> Awaits {
    let mut longest = Awaits::default();
    for (index, param) in params.iter().enumerate() {
        let count = match (&param.role, param.provider()) {
            (Role::Argument(_) | Role::Guard(_), Some(provider)) => depth(provider),
            _ => 0,
        };
        if count > longest.count {
            longest = Awaits { count, next: Some(index) };
        }
    }
    longest
}
