//! What does a route need, step by step, before it is sorted?

use std::{any::TypeId, collections::HashMap};

use super::{Arg, BORROWED, From};
use crate::{
    graph::{Input, Node, Param, Scope, Source, Use},
    overrides::{self, Placed, Replaced},
    scope::Build,
};

/// The steps of a plan in the making: each comes after what it needs.
pub(super) struct Draft<'a> {
    pub(super) steps: Vec<DraftStep>,
    pub(super) shared: HashMap<TypeId, usize>,
    pub(super) startup: Option<&'a [TypeId]>,
    pub(super) overrides: Option<&'a Replaced>,
    /// What is being built, from the outside in. Only replacements can make a cycle: the compiler has refused the others.
    pub(super) building: Vec<&'static Node>,
}

pub(super) struct DraftStep {
    pub(super) node: &'static Node,
    pub(super) input: Option<(&'static Input, &'static Param)>,
    pub(super) args: Vec<Arg>,
    pub(super) phase: Option<usize>,
    pub(super) declared: usize,
}

impl Draft<'_> {
    /// Lists what `param` needs, and says where its argument comes from.
    pub(super) fn visit(&mut self, param: &'static Param) -> Arg {
        let original = param.node.get();
        if let Some(guard) = param.guard {
            let value = self.overrides.and_then(|overrides| overrides.of_guard(guard.ty));
            let own = value.map_or(From::Guard(guard), From::Kept);
            let mut args = vec![Arg::new(own, &BORROWED, guard.ty)];
            args.extend(original.params.iter().map(|param| self.visit(param)));
            return Arg::new(From::Step(self.push(original, None, args)), param, original.value.id);
        }
        let node = match self.overridden(original) {
            Some(Placed::Value(value)) => return Arg::new(From::Kept(value), param, original.value.id),
            Some(Placed::Node(replacement)) => {
                overrides::fits(param, replacement);
                replacement
            }
            None => original,
        };
        let from = match (node.scope, node.build) {
            (Scope::Singleton, _) if self.startup.is_none() => From::Field(node.offset()),
            (Scope::Part, Build::Part(part)) => From::Part(part),
            (Scope::Input, _) => {
                let args = node.params.iter().map(|param| self.visit(param)).collect();
                let input = param.input.map(|input| (input, param));
                // `Provide` may have been implemented by hand.
                let same = input.is_none_or(|(input, _)| input.ty == node.value.id);
                assert!(same, "the node of `{}` is that of another type, `{}`", param.ty, node.ty);
                From::Step(self.push(node, input, args))
            }
            (Scope::Transient, _) => From::Step(self.build(node)),
            _ if param.usage == Use::Fresh => From::Step(self.build(node)),
            _ => From::Step(match self.shared.get(&node.key) {
                Some(&step) => step,
                None => {
                    let step = self.build(node);
                    self.shared.insert(node.key, step);
                    step
                }
            }),
        };
        Arg::new(from, param, node.value.id)
    }

    pub(super) fn overridden(&self, node: &'static Node) -> Option<Placed> {
        self.overrides?.of(node)
    }

    pub(super) fn build(&mut self, node: &'static Node) -> usize {
        let given = self.startup.is_some_and(|given| given.contains(&node.key));
        let params = if given { &[] } else { node.params };
        if let (Some(_), Some(from)) = (self.overrides, self.building.iter().position(|other| other.key == node.key)) {
            overrides::cycle(&self.building[from..]);
        }
        self.building.push(node);
        let mut args: Vec<Arg> = params.iter().map(|param| self.visit(param)).collect();
        self.replace_taken(node, &mut args);
        self.building.pop();
        self.push(node, None, args)
    }

    /// Singletons that only the teardown takes, and that a provider replaces, are built for it with what its provider takes.
    pub(super) fn replace_taken(&mut self, node: &'static Node, args: &mut Vec<Arg>) {
        let Some(teardown) = self.overrides.and(node.teardown.as_ref()) else { return };
        for &taken in teardown.takes {
            let known = args.iter().any(|arg| arg.param.node.get().key == taken.get().key);
            let replaced = matches!(self.overridden(taken.get()), Some(Placed::Node(_)));
            if replaced && !known && taken.get().scope == Scope::Singleton {
                // As the replacement itself, it lives as long as the process.
                args.push(self.visit(Box::leak(Box::new(Param::shared("", taken.get().ty, taken, true)))));
            }
        }
    }

    pub(super) fn push(
        &mut self,
        node: &'static Node,
        input: Option<(&'static Input, &'static Param)>,
        args: Vec<Arg>,
    ) -> usize {
        let declared = self.steps.len();
        self.steps.push(DraftStep { node, input, args, phase: None, declared });
        declared
    }

    /// Gives a phase to a step and to all it needs, where they have none.
    pub(super) fn assign(&mut self, step: usize, phase: usize) {
        if self.steps[step].phase.is_some() {
            return;
        }
        self.steps[step].phase = Some(phase);
        for dep in self.deps(step) {
            self.assign(dep, phase);
        }
    }

    /// What a step depends on, once the steps are sorted.
    pub(super) fn below(&self, step: &DraftStep) -> Vec<&'static Node> {
        step.args.iter().filter_map(Arg::step).map(|step| self.steps[step].node).collect()
    }

    pub(super) fn deps(&self, step: usize) -> Vec<usize> {
        self.steps[step].args.iter().filter_map(Arg::step).collect()
    }

    /// Whether a step is credentials, or takes them itself, or asks for one of their security scopes.
    pub(super) fn checks_credentials(&self, step: usize) -> bool {
        let are = |step: usize| self.steps[step].input.is_some_and(|(input, _)| input.source == Source::Security);
        are(step) || self.deps(step).into_iter().any(are) || self.steps[step].node.security_scope().is_some()
    }

    /// For each step, whether it or anything it needs is read from `source`.
    pub(super) fn reading(&self, source: Source) -> Vec<bool> {
        self.reaching(|step| step.input.is_some_and(|(input, _)| input.source == source))
    }

    /// For each step, whether it or anything it needs is as `is` says.
    pub(super) fn reaching(&self, is: impl Fn(&DraftStep) -> bool) -> Vec<bool> {
        let mut reaches: Vec<bool> = Vec::with_capacity(self.steps.len());
        for (i, step) in self.steps.iter().enumerate() {
            let itself = is(step);
            let below = self.deps(i).into_iter().any(|dep| reaches[dep]);
            reaches.push(itself || below);
        }
        reaches
    }
}
