//! What does a route build, in which order, and where is it kept?
//!
//! The planner walks the graph from a route's guards and handler, depth first in the order of declaration, and lists
//! each request-scoped value once and each transient and input once for each use. The list is then sorted by phase:
//!
//! 1. each guard, outermost group first, with what it needs;
//! 2. what reaches credentials, with what it needs, so that nobody unauthenticated gets further;
//! 3. the rest; independent asynchronous providers run at the same time;
//! 4. the body, and what needs it;
//! 5. where there is a body, what is to be built after it, and what needs that.
//!
//! A step comes after all it depends on, because a dependency's phase is never later than its user's. Exclusive use is a
//! matter of the same order: of the steps that use a value which one of them uses as `&mut T`, each waits for those
//! before it. Waiting only ever points backwards in one list, so there is no deadlock to be had. What is deferred by a `Lazy` counts
//! as used by the function that has the `Lazy`, and is not under way without one ([`lazy`](super::lazy)).
//!
//! Plans are made once, when an application meets its routing table; nothing in them depends on a request. Everything
//! that could be wrong with one has been refused by the compiler ([`crate::graph::check`]), but for what takes the identity of types to
//! see, which const evaluation cannot compare: that panics here.

mod draft;
mod laziness;

use std::{alloc::Layout, any::TypeId, collections::HashMap, ops::Range};

use self::{
    draft::{Draft, DraftStep},
    laziness::{Laziness, own_use},
};

use crate::graph::{
    Decorates, Guarding, Input, MISSING, Node, NodeRef, Param, Rejection, Scope, Source, Use, Wrap, key,
};
use crate::{RequiredScopes, background::BackgroundTasks};

use super::{
    Build, TeardownCall, room,
    straight::{self, Op},
};
use crate::overrides::{self, Kept, Placed, Replaced};
use crate::sync::AtomicU8;

/// Where an argument comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum From {
    /// The value of a step.
    Step(usize),
    /// The container, so many bytes in.
    Field(usize),
    /// A value that takes the place of a singleton.
    Kept(Kept),
    /// The value of a guard.
    Guard(Guarding),
    /// The request's own parts.
    Part(fn(&http::request::Parts) -> *const u8),
}

/// An argument of a step or a handler.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arg {
    pub(crate) from: From,
    /// Of the value of a step: its slot's distance from the start of the block.
    pub(crate) slot: usize,
    pub(crate) param: &'static Param,
    pub(crate) ty: TypeId,
    /// Whether the value of a step is this argument's own, and taken by it.
    pub(crate) taken: bool,
}

/// A value to be built.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) node: &'static Node,
    pub(crate) build: Build,
    /// The parameter that an input is read for.
    pub(crate) input: Option<(&'static Input, &'static Param)>,
    /// Its place in the order of declaration.
    pub(crate) declared: usize,
    /// Its slot's distance from the start of the block.
    pub(crate) slot: usize,
    pub(crate) args: Range<usize>,
    /// The steps that must have ended before this one starts, beyond what plan order gives.
    pub(crate) after: Range<usize>,
    /// Whether a guard or the handler cannot do without it.
    pub(crate) required: bool,
    /// Whether some user of it takes failure as no value, so that its failure refuses the request.
    pub(crate) refuses: bool,
    pub(crate) teardown: Option<(TeardownCall, Range<usize>)>,
    /// Whether the teardown waits until the response has gone out.
    pub(crate) after_response: bool,
    /// Whether it is built only when a `Lazy` asks for it.
    pub(crate) deferred: bool,
    /// Whether the executor has something to do while this step is on the pool: an asynchronous step further on in its
    /// phase that does not wait for it.
    pub(crate) apart: bool,
}

/// A run of steps that ends before the next one starts.
#[derive(Debug, Clone)]
pub(crate) struct Phase {
    pub(crate) steps: Range<usize>,
    pub(crate) concurrent: bool,
    /// Guards and credentials: nothing later starts while something here has not been had.
    pub(crate) gate: bool,
}

/// A step that is built only when a `Lazy` asks for it.
#[derive(Debug)]
pub(crate) struct Deferred {
    pub(crate) step: usize,
    /// The steps that must have ended before it starts.
    pub(crate) needs: Vec<usize>,
    /// The deferred steps that use something which it uses, one of the two exclusively, and that do not wait for it nor it for
    /// them: the two do not run at the same time.
    pub(crate) excludes: Vec<usize>,
}

/// What a route, or the start of an application, builds.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    pub(crate) phases: Vec<Phase>,
    pub(crate) args: Vec<Arg>,
    pub(crate) after: Vec<usize>,
    /// The handler's arguments.
    pub(crate) handler: Range<usize>,
    /// Where the handler's future, and after it a teardown's, is kept.
    pub(crate) scratch: usize,
    /// Where the steps' states are kept.
    pub(crate) states: usize,
    pub(crate) layout: Layout,
    /// Whether something is torn down before the response.
    pub(crate) tears_down: bool,
    /// Whether values are kept until the response has gone out.
    pub(crate) lingers: bool,
    /// Whether there is a look at a request before its block is made: does it block, does it open a session?
    pub(crate) gated: bool,
    pub(crate) blocks: bool,
    /// The steps whose values are entered around what runs after them.
    pub(crate) contexts: Vec<usize>,
    /// The steps that tell which security scopes are required of who takes them, and what they tell.
    required: Vec<(usize, RequiredScopes)>,
    /// The steps whose values set something on the response, and how.
    pub(crate) decorates: Vec<(usize, Decorates)>,
    /// In plan order.
    pub(crate) deferred: Vec<Deferred>,
    /// The steps at the start that a request goes through without a question.
    pub(super) straight: Vec<Op>,
    /// The steps with something to tear down.
    pub(super) teardowns: Vec<usize>,
    /// The steps whose values do something when they are dropped.
    pub(super) drops: Vec<usize>,
}

/// What a plan is made for.
pub(crate) struct Roots<'a> {
    pub(crate) guards: &'a [&'static Param],
    pub(crate) params: &'a [&'static Param],
    /// Room for the handler's future.
    pub(crate) future: Layout,
    /// Whether the handler itself runs on the pool.
    pub(crate) blocking: bool,
    pub(crate) sequential: bool,
    /// Set when singletons are built here, and not found in the container: the keys of those that are given.
    pub(crate) startup: Option<Vec<TypeId>>,
    /// What a test has put in the place of providers.
    pub(crate) overrides: Option<&'a Replaced>,
}

impl Arg {
    /// One whose slot is not known yet, if it has one.
    fn new(from: From, param: &'static Param, ty: TypeId) -> Self {
        let taken = matches!(param.node.get().scope, Scope::Input | Scope::Transient);
        Self { from, slot: 0, param, ty, taken }
    }

    fn step(&self) -> Option<usize> {
        match self.from {
            From::Step(step) => Some(step),
            _ => None,
        }
    }
}

impl Plan {
    /// This plan, of a route with sessions.
    pub(crate) fn opening(self) -> Self {
        Self { gated: true, lingers: true, ..self }
    }

    /// Plans what `roots` need, in a block whose header is `header`.
    pub(crate) fn draft(roots: &Roots<'_>, header: Layout) -> Self {
        let mut draft = Draft {
            steps: Vec::new(),
            shared: HashMap::new(),
            startup: roots.startup.as_deref(),
            overrides: roots.overrides,
            building: Vec::new(),
        };
        let guards: Vec<Arg> = roots.guards.iter().map(|param| draft.visit(param)).collect();
        let handler: Vec<Arg> = roots.params.iter().map(|param| draft.visit(param)).collect();
        for (phase, guard) in guards.iter().enumerate() {
            if let Some(step) = guard.step() {
                draft.assign(step, phase);
            }
        }
        assign_phases(&mut draft, guards.len());
        let order = sort(&mut draft);
        let renumber = |arg: &Arg| Arg {
            from: match arg.from {
                From::Step(step) => From::Step(order[step]),
                from => from,
            },
            ..*arg
        };
        let guards: Vec<Arg> = guards.iter().map(renumber).collect();
        let handler: Vec<Arg> = handler.iter().map(renumber).collect();
        for step in &mut draft.steps {
            step.args = step.args.iter().map(renumber).collect();
        }
        for step in &draft.steps {
            apart_in_one_function(step.node, &step.args);
        }
        if roots.overrides.is_some() {
            overrides::outlive(draft.steps.iter().map(|step| (step.node, draft.below(step))));
        }
        let held = handler.iter().filter(|arg| arg.param.usage == Use::Held).filter_map(Arg::step);
        lent(draft.steps.iter().map(|step| step.node), held.map(|step| draft.steps[step].node));
        lay_out(draft, &guards, &handler, roots, header)
    }
}

/// What the compiler has refused as far as it can tell the instances of generic types apart: two uses of one value in one function,
/// one of them exclusive.
///
/// # Panics
///
/// Panics if `args`, those of the provider of `node`, have them.
fn apart_in_one_function(node: &Node, args: &[Arg]) {
    let uses = || args.iter().enumerate().filter(|(_, arg)| arg.param.usage != Use::Lazy);
    let exclusive =
        uses().filter_map(|(index, arg)| Some((index, own_use(arg).filter(|&(_, exclusive)| exclusive)?.0)));
    for (index, value) in exclusive {
        if let Some((_, other)) = uses().find(|&(other, arg)| other != index && arg.step() == Some(value)) {
            let (function, first, second) = (node.function.name, args[index].param, other.param);
            panic!(
                "`{function}` takes one value twice, as `{}: {}` and as `{}: {}`, once exclusively: it is generic, and here both \
                 types are one\nhelp: ask for it with types that differ",
                first.name, first.ty, second.name, second.ty
            );
        }
    }
}

/// What the compiler has refused, but for replacements and for instances of generic types: that a teardown before the response takes
/// what the handler holds until after it.
///
/// # Panics
///
/// Panics if one does.
fn lent(steps: impl Iterator<Item = &'static Node>, held: impl Iterator<Item = &'static Node>) {
    let held: Vec<_> = held.map(|node| node.key).collect();
    for node in steps {
        let Some(teardown) = node.teardown.as_ref().filter(|teardown| !teardown.after_response) else { continue };
        if let Some(lent) = teardown.takes.iter().map(|node| node.get()).find(|lent| held.contains(&lent.key)) {
            panic!(
                "`{}`, the teardown of `{}`, takes `{}`, which a handler holds until its response has gone out\n\
                 help: write `teardown_after_response = {0}` on `{1}`",
                teardown.name, node.function.name, lent.ty
            );
        }
    }
}

/// Gives a phase to each step that no guard needs.
fn assign_phases(draft: &mut Draft<'_>, credentials: usize) {
    let secure = draft.reading(Source::Security);
    let body = draft.reading(Source::Body);
    let reads_body = body.contains(&true);
    let after_body = draft.reaching(|step| reads_body && step.node.after_body);
    let of_credentials = |step: usize| secure[step] && !body[step];
    for step in 0..draft.steps.len() {
        if of_credentials(step) && draft.checks_credentials(step) {
            draft.assign(step, credentials);
        }
    }
    // What is after the body, and is not needed to check them, is not built before for who shows them.
    let waits = draft.reaching(|step| reads_body && step.node.after_body && step.phase.is_none());
    for (step, waits) in waits.into_iter().enumerate() {
        if of_credentials(step) && !waits {
            draft.assign(step, credentials);
        }
    }
    for (index, step) in draft.steps.iter_mut().enumerate() {
        step.phase.get_or_insert(match (after_body[index], body[index]) {
            (true, _) => credentials + 3,
            (false, true) => credentials + 2,
            (false, false) => credentials + 1,
        });
    }
}

/// Sorts the steps by phase and gives the new number of each. Credentials are read first in theirs: nothing is begun for who shows
/// none.
fn sort(draft: &mut Draft<'_>) -> Vec<usize> {
    let place = |step: &DraftStep| {
        let credentials = step.input.is_some_and(|(input, _)| input.source == Source::Security);
        (step.phase, !(credentials && step.args.is_empty()))
    };
    let mut by_phase: Vec<usize> = (0..draft.steps.len()).collect();
    by_phase.sort_by_key(|&step| place(&draft.steps[step]));
    let mut order = vec![0; by_phase.len()];
    for (new, &old) in by_phase.iter().enumerate() {
        order[old] = new;
    }
    draft.steps.sort_by_key(place);
    order
}

/// Turns the sorted draft into a plan: flat lists, flags and places in the block.
fn lay_out(draft: Draft<'_>, guards: &[Arg], handler: &[Arg], roots: &Roots<'_>, header: Layout) -> Plan {
    let needs = needs(&draft, guards, handler);
    let lazy = Laziness::of(&draft, guards, handler);
    let waits = waits(&draft, &lazy);
    let phases = phases(&draft, guards.len(), roots.sequential);
    let apart = apart(&draft, &lazy, &waits, &phases);
    let mut block = Arena(header);
    let states = block.add(Layout::array::<AtomicU8>(draft.steps.len()).expect("a plan fits in memory"));
    let mut plan = Plan {
        steps: Vec::with_capacity(draft.steps.len()),
        phases,
        args: Vec::new(),
        after: Vec::new(),
        handler: 0..0,
        scratch: 0,
        states,
        layout: header,
        tears_down: false,
        lingers: handler.iter().any(|arg| arg.param.usage == Use::Held),
        gated: false,
        blocks: roots.blocking,
        contexts: Vec::new(),
        required: required(&draft, handler),
        decorates: Vec::new(),
        deferred: lazy.steps(&draft),
        straight: Vec::new(),
        teardowns: Vec::new(),
        drops: Vec::new(),
    };
    let mut scratch = roots.future;
    for (i, step) in draft.steps.into_iter().enumerate() {
        let args = append(&mut plan.args, step.args.iter().copied());
        // A value that was handed to the builder was not made by the provider, and is not torn down by it.
        let given = roots.startup.as_ref().is_some_and(|given| given.contains(&step.node.key));
        let teardown = step.node.teardown.filter(|_| !given).map(|teardown| {
            let takes = teardown.takes.iter().map(|&node| taken(node, &step.args, roots.overrides));
            (teardown.call, append(&mut plan.args, takes))
        });
        if let Some((call, _)) = &teardown {
            scratch = max(scratch, (call.layout)());
        }
        let after_response = step.node.teardown.is_some_and(|teardown| teardown.after_response);
        plan.tears_down |= teardown.is_some() && !after_response;
        plan.lingers |= after_response || step.node.key == key::<BackgroundTasks>();
        if step.node.context.is_some() && step.node.scope == Scope::Request {
            plan.contexts.push(i);
        }
        let held = handler.iter().any(|arg| arg.step() == Some(i) && arg.param.usage == Use::Held);
        if let Some(decorates) = step.node.decorates
            && step.node.scope == Scope::Request
            && !held
        {
            assert!(decorates.ty == step.node.value.id, "the node of `{}` is that of another type", step.node.ty);
            plan.decorates.push((i, decorates));
        }
        plan.blocks |= matches!(step.node.build, Build::Blocking(_));
        plan.steps.push(Step {
            node: step.node,
            build: step.node.build,
            input: step.input,
            declared: step.declared,
            slot: block.add(slot(step.node)),
            args,
            after: append(&mut plan.after, waits[i].iter().copied()),
            required: needs[i].0,
            refuses: needs[i].1,
            teardown,
            after_response,
            deferred: lazy.deferred[i],
            apart: apart[i],
        });
    }
    plan.handler = append(&mut plan.args, handler.iter().copied());
    plan.scratch = block.add(scratch);
    plan.layout = room::rounded(block.0.pad_to_align());
    plan.gated = plan.blocks;
    let slots: Vec<usize> = plan.steps.iter().map(|step| step.slot).collect();
    for arg in &mut plan.args {
        arg.slot = arg.step().map_or(0, |step| slots[step]);
    }
    plan.straight = straight::ops(&plan);
    let steps = || 0..plan.steps.len();
    plan.teardowns = steps().filter(|&step| plan.steps[step].teardown.is_some()).collect();
    plan.drops = steps().filter(|&step| plan.steps[step].node.value.needs_drop).collect();
    plan
}

impl Plan {
    /// What a step tells that is [`Build::Required`].
    pub(super) fn required_of(&self, step: usize) -> RequiredScopes {
        let found = self.required.iter().find(|&&(told, _)| told == step);
        found.expect("the plan has made it").1.clone()
    }
}

/// For each step that tells of security scopes, those that its users require, directly or not: the handler's first.
fn required(draft: &Draft<'_>, handler: &[Arg]) -> Vec<(usize, RequiredScopes)> {
    let telling = |step: &usize| matches!(draft.steps[*step].node.build, Build::Required);
    (0..draft.steps.len()).filter(telling).map(|step| (step, required_of(draft, handler, step))).collect()
}

fn required_of(draft: &Draft<'_>, handler: &[Arg], told: usize) -> RequiredScopes {
    // Users come after what they use.
    let mut users = vec![false; draft.steps.len()];
    users[told] = true;
    for step in told + 1..users.len() {
        users[step] = draft.deps(step).into_iter().any(|dep| users[dep]);
    }
    users[told] = false;
    let by_handler = handler.iter().filter_map(Arg::step).any(|step| step == told || users[step]);
    let mut names = Vec::new();
    let mut add = |name: Option<&'static str>| {
        if let Some(name) = name.filter(|name| !names.contains(name)) {
            names.push(name);
        }
    };
    let takes = |arg: &Arg| arg.param.node.get().security_scope();
    handler.iter().filter(|_| by_handler).for_each(|arg| add(takes(arg)));
    for step in (0..users.len()).rev().filter(|&step| users[step]) {
        add(draft.steps[step].node.security_scope());
        draft.steps[step].args.iter().for_each(|arg| add(takes(arg)));
    }
    RequiredScopes::new(names)
}

/// A block's layout, as it grows.
struct Arena(Layout);

impl Arena {
    fn add(&mut self, room: Layout) -> usize {
        let (layout, offset) = self.0.extend(room).expect("a plan fits in memory");
        self.0 = layout;
        offset
    }
}

fn append<T>(list: &mut Vec<T>, more: impl Iterator<Item = T>) -> Range<usize> {
    let start = list.len();
    list.extend(more);
    start..list.len()
}

fn layout(size: usize, align: usize) -> Layout {
    Layout::from_size_align(size, align).expect("sizes and alignments come from types")
}

fn max(a: Layout, b: Layout) -> Layout {
    layout(a.size().max(b.size()), a.align().max(b.align()))
}

/// Room for a step's future, and in its place its value or its error.
fn slot(node: &Node) -> Layout {
    let mut room = layout(node.value.size, node.value.align);
    if let Some(error) = &node.error {
        room = max(room, layout(error.ty.size, error.ty.align));
    }
    if node.scope == Scope::Input {
        room = max(room, Layout::new::<Rejection>());
    }
    if let Build::Async(call) = &node.build {
        room = max(room, (call.layout)());
    }
    room
}

/// The parameter of what is borrowed without one: by a teardown, and a guard's own value.
static BORROWED: Param = Param::shared("", "", NodeRef::new(&MISSING), true);

/// Where a teardown finds what it takes: in the container, or among what its provider took.
fn taken(node: NodeRef, args: &[Arg], overrides: Option<&Replaced>) -> Arg {
    let node = node.get();
    let own = args.iter().find(|arg| arg.param.node.get().key == node.key);
    match own {
        Some(arg) => *arg,
        None => {
            assert!(node.scope == Scope::Singleton, "a teardown takes singletons and what its provider takes");
            let from = match overrides.and_then(|overrides| overrides.of(node)) {
                Some(Placed::Value(value)) => From::Kept(value),
                _ => From::Field(node.offset()),
            };
            Arg::new(from, &BORROWED, node.value.id)
        }
    }
}

/// For each step, whether it is required and whether its failure refuses the request.
fn needs(draft: &Draft<'_>, guards: &[Arg], handler: &[Arg]) -> Vec<(bool, bool)> {
    let mut needs = vec![(false, false); draft.steps.len()];
    let mark = |needs: &mut Vec<(bool, bool)>, arg: &Arg, by_required: bool| {
        if let Some(step) = arg.step() {
            needs[step].0 |= by_required && demands(arg.param);
            needs[step].1 |= arg.param.wrap != Wrap::Result;
        }
    };
    for arg in guards.iter().chain(handler) {
        mark(&mut needs, arg, true);
    }
    // Users come after what they use, so from the back each step is settled before what it needs.
    for step in (0..draft.steps.len()).rev() {
        let required = needs[step].0;
        for arg in &draft.steps[step].args {
            mark(&mut needs, arg, required);
        }
    }
    needs
}

/// Whether a parameter cannot do without what it names. The `Result` of a provider tells of its failure, not of something
/// absent that the provider needs.
fn demands(param: &Param) -> bool {
    match param.wrap {
        Wrap::Plain => true,
        Wrap::Option => false,
        Wrap::Result => param.input.is_none(),
    }
}

/// For each step, the earlier steps that it waits for: those it depends on, and those whose use of a value excludes its.
fn waits(draft: &Draft<'_>, lazy: &Laziness) -> Vec<Vec<usize>> {
    let mut waits: Vec<Vec<usize>> = (0..draft.steps.len()).map(|step| lazy.needs(draft, step)).collect();
    let mut uses: Vec<(Option<usize>, Vec<usize>)> = vec![(None, Vec::new()); draft.steps.len()];
    for (user, step) in draft.steps.iter().enumerate() {
        // What is deferred runs only while a function is under way that counts as a user of all that it uses.
        if lazy.deferred[user] {
            continue;
        }
        for (value, exclusive) in lazy.uses(draft, &step.args) {
            let (writer, readers) = &mut uses[value];
            waits[user].extend(writer.filter(|&writer| writer != user));
            if exclusive {
                waits[user].extend(readers.drain(..).filter(|&reader| reader != user));
                *writer = Some(user);
            } else {
                readers.push(user);
            }
        }
    }
    for wait in &mut waits {
        wait.sort_unstable();
        wait.dedup();
    }
    waits
}

/// For each step, whether an asynchronous step further on in its concurrent phase does not wait for it.
fn apart(draft: &Draft<'_>, lazy: &Laziness, waits: &[Vec<usize>], phases: &[Phase]) -> Vec<bool> {
    let mut apart = vec![false; draft.steps.len()];
    for phase in phases.iter().filter(|phase| phase.concurrent) {
        for step in phase.steps.clone() {
            // Those that wait for the step, directly or through others.
            let mut behind = vec![false; draft.steps.len()];
            behind[step] = true;
            for later in step + 1..phase.steps.end {
                behind[later] = waits[later].iter().any(|&earlier| behind[earlier]);
                let asynchronous = matches!(draft.steps[later].node.build, Build::Async(_));
                apart[step] |= !behind[later] && asynchronous && !lazy.deferred[later];
            }
        }
    }
    apart
}

fn phases(draft: &Draft<'_>, guards: usize, sequential: bool) -> Vec<Phase> {
    let mut phases = Vec::new();
    let mut start = 0;
    for phase in 0..guards + 4 {
        let end = start + draft.steps[start..].iter().take_while(|step| step.phase == Some(phase)).count();
        if end > start {
            let gate = phase <= guards;
            phases.push(Phase { steps: start..end, concurrent: !gate && !sequential, gate });
        }
        start = end;
    }
    phases
}

#[cfg(test)]
mod tests;
