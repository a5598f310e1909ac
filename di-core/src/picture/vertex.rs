//! What stands in a box?

use super::model::{Graph, Param, Provider, Route, Run};
use crate::graph::{Place, Scope};

/// A route or a provider, as every picture shows it.
pub(super) struct Vertex<'g> {
    /// Of routes, then of providers.
    pub(super) id: String,
    pub(super) class: Class,
    pub(super) title: String,
    pub(super) facts: Vec<Fact>,
    pub(super) place: Place,
    pub(super) params: &'g [Param],
    /// The parameter by which a route's longest async path goes on.
    pub(super) awaited: Option<usize>,
    /// Whether such a path comes here.
    pub(super) on_path: bool,
}

/// What sort of thing it is; pictures tell them apart by colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Route,
    Request,
    Transient,
    Singleton,
    /// An input of the container.
    Input,
}

/// One thing to know of it.
pub(super) enum Fact {
    Function(Run, String),
    Flag(&'static str),
    Field(String),
    Error(&'static str),
    Teardown(String),
}

impl Class {
    pub(super) const ALL: [Self; 5] = [Self::Route, Self::Request, Self::Transient, Self::Singleton, Self::Input];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Route => "route",
            Self::Request => "request",
            Self::Transient => "transient",
            Self::Singleton => "singleton",
            Self::Input => "input",
        }
    }

    /// Of the inside and of the line around it, for dark text.
    pub(super) fn colours(self) -> (&'static str, &'static str) {
        match self {
            Self::Route => ("#dbeafe", "#2563eb"),
            Self::Request => ("#dcfce7", "#16a34a"),
            Self::Transient => ("#fef3c7", "#d97706"),
            Self::Singleton => ("#ede9fe", "#7c3aed"),
            Self::Input => ("#f3f4f6", "#6b7280"),
        }
    }
}

impl Fact {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Function(_, text) | Self::Field(text) => text.clone(),
            Self::Flag(flag) => (*flag).to_owned(),
            Self::Error(error) => format!("fails with {error}"),
            Self::Teardown(name) => format!("teardown {name}"),
        }
    }
}

impl Graph {
    /// All boxes: routes, then providers, so that provider `i` is number `routes + i`.
    pub(super) fn vertices(&self) -> Vec<Vertex<'_>> {
        let routes = self.routes.iter().enumerate().map(|(index, route)| route.vertex(index));
        let awaited = self.awaited();
        let providers = self.providers.iter().zip(awaited).enumerate();
        let providers = providers.map(|(index, (provider, awaited))| Vertex {
            id: format!("p{index}"),
            awaited: provider.awaits.next.filter(|_| awaited),
            on_path: awaited,
            ..provider.vertex(&self.container)
        });
        routes.chain(providers).collect()
    }
}

impl Route {
    pub(super) fn vertex(&self, index: usize) -> Vertex<'_> {
        Vertex {
            id: format!("r{index}"),
            class: Class::Route,
            title: format!("{} {}", self.method, self.path),
            facts: self.facts(),
            place: self.place,
            params: &self.params,
            awaited: self.awaits.next,
            on_path: false,
        }
    }

    fn facts(&self) -> Vec<Fact> {
        let mut facts = vec![Fact::Function(self.run, self.run.function(self.handler, ""))];
        facts.extend(self.sequential.then_some(Fact::Flag("sequential")));
        facts.extend(self.detached.then_some(Fact::Flag("detached")));
        facts
    }
}

impl Provider {
    pub(super) fn vertex(&self, container: &str) -> Vertex<'_> {
        Vertex {
            id: String::new(),
            class: self.class(),
            title: self.ty.clone(),
            facts: self.facts(container),
            place: self.place,
            params: &self.params,
            awaited: None,
            on_path: false,
        }
    }

    pub(super) fn class(&self) -> Class {
        match self.scope {
            _ if self.run == Run::Given => Class::Input,
            Scope::Singleton => Class::Singleton,
            Scope::Transient => Class::Transient,
            _ => Class::Request,
        }
    }

    fn facts(&self, container: &str) -> Vec<Fact> {
        let mut facts = vec![Fact::Function(self.run, self.run.function(self.function, &self.ty))];
        facts.extend(self.field.map(|field| Fact::Field(format!("{container}.{field}"))));
        facts.extend(self.error.map(Fact::Error));
        facts.extend(self.teardown.clone().map(Fact::Teardown));
        facts
    }
}
