//! Is a plan what its definition says, for any graph? Random acyclic graphs, compared with a naive model.

use std::collections::{BTreeSet, HashMap};

use proptest::{collection::vec, prelude::*};

use super::*;
use crate::{
    graph::{Extract, RequestView, Teardown, TypeInfo, key},
    scope::{Args, AsyncProvider, FutureCall, Provider, teardown::TeardownRun},
};

/// What a node is made from; it may depend on those before it.
#[derive(Debug, Clone)]
struct Spec {
    transient: bool,
    build: u8,
    size: usize,
    align: u32,
    teardown: bool,
    after_body: bool,
    deps: Vec<(prop::sample::Index, u8, u8)>,
    inputs: Vec<(u8, u8)>,
}

#[derive(Debug, Clone)]
struct Graph {
    nodes: Vec<Spec>,
    guards: Vec<prop::sample::Index>,
    handler: Vec<(prop::sample::Index, u8, u8)>,
    inputs: Vec<(u8, u8)>,
    sequential: bool,
}

const NODES: usize = 14;

fn graph() -> impl Strategy<Value = Graph> {
    let dep = (any::<prop::sample::Index>(), 0..3_u8, 0..3_u8);
    let input = (0..4_u8, 0..3_u8);
    let spec = (
        prop::bool::weighted(0.2),
        0..3_u8,
        0..80_usize,
        0..7_u32,
        (any::<bool>(), prop::bool::weighted(0.2)),
        vec(dep.clone(), 0..4),
        vec(input.clone(), 0..2),
    );
    let spec = spec.prop_map(|(transient, build, size, align, (teardown, after_body), deps, inputs)| Spec {
        transient,
        build,
        size,
        align,
        teardown: teardown && !transient,
        after_body,
        deps,
        inputs,
    });
    let roots = (vec(any::<prop::sample::Index>(), 0..3), vec(dep, 0..5), vec(input, 0..3), any::<bool>());
    (vec(spec, 1..=NODES), roots).prop_map(|(nodes, (guards, handler, inputs, sequential))| Graph {
        nodes,
        guards,
        handler,
        inputs,
        sequential,
    })
}

/// Identities, one for each node of a graph.
fn keys() -> [TypeId; NODES] {
    struct Key<const N: usize>;
    macro_rules! keys { ($($n:literal)*) => { [$(key::<Key<$n>>()),*] }; }
    keys!(0 1 2 3 4 5 6 7 8 9 10 11 12 13)
}

struct Read<const SOURCE: u8>;

impl<const SOURCE: u8> Extract for Read<SOURCE> {
    const SOURCE: Source = match SOURCE {
        0 => Source::Query,
        1 => Source::Header,
        2 => Source::Security,
        _ => Source::Body,
    };

    fn extract(_: RequestView<'_>, _: &'static str) -> Result<Self, Rejection> {
        unreachable!("plans are not run here")
    }
}

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn wrap(wrap: u8) -> Wrap {
    [Wrap::Plain, Wrap::Option, Wrap::Result][usize::from(wrap)]
}

fn input(source: u8, wrapped: u8) -> Param {
    fn of<const SOURCE: u8>(wrap: Wrap) -> Param {
        let node = leak(Node::input::<Read<SOURCE>>("", ""));
        let input: Option<&'static Input> = Some(leak(Input::of::<Read<SOURCE>>()));
        Param { wrap, ..Param::value("", "", NodeRef::new(node), input, None) }
    }
    let of = [of::<0>, of::<1>, of::<2>, of::<3>][usize::from(source)];
    of(wrap(wrapped))
}

/// A parameter for a node; a transient is its user's own.
fn param(node: &'static Node, usage: u8, wrapped: u8) -> Param {
    let usage = match node.scope {
        Scope::Transient => Use::Value,
        _ => [Use::Shared, Use::Exclusive, Use::Value][usize::from(usage)],
    };
    Param { usage, wrap: wrap(wrapped), ..Param::shared("", "", NodeRef::new(node), true) }
}

/// Parameters for some of `nodes`, none of the shared ones twice, and for inputs.
fn params(nodes: &[&'static Node], deps: &[(prop::sample::Index, u8, u8)], inputs: &[(u8, u8)]) -> Vec<Param> {
    let mut params: Vec<Param> = Vec::new();
    for &(index, usage, wrapped) in deps.iter().filter(|_| !nodes.is_empty()) {
        let node = nodes[index.index(nodes.len())];
        let twice = params.iter().any(|param| param.node.get().key == node.key);
        if !twice || node.scope == Scope::Transient {
            params.push(param(node, usage, wrapped));
        }
    }
    params.extend(inputs.iter().map(|&(source, wrapped)| input(source, wrapped)));
    params
}

fn nodes(specs: &[Spec]) -> Vec<&'static Node> {
    fn nothing(_: Args<'_>, _: *mut u8) -> bool {
        unreachable!("plans are not run here")
    }
    struct Torn;
    impl TeardownRun for Torn {
        type Value = ();
        async fn run((): (), _: &crate::Outcome, _: Args<'_>) -> Result<(), Box<crate::response::Response>> {
            Ok(())
        }
    }
    struct Built;
    impl Provider for Built {
        type Value = ();
        type Error = std::convert::Infallible;
    }
    impl AsyncProvider for Built {
        async fn build(_: Args<'_>) -> Result<(), std::convert::Infallible> {
            Ok(())
        }
    }
    let mut nodes: Vec<&'static Node> = Vec::new();
    for (spec, key) in specs.iter().zip(keys()) {
        let mut node = Node::bare::<()>("", Scope::Request, Build::Sync(nothing));
        node.key = key;
        let align = 1 << spec.align;
        node.value = TypeInfo { size: spec.size.next_multiple_of(align), align, ..TypeInfo::of::<()>() };
        node.params = leak(params(&nodes, &spec.deps, &spec.inputs));
        match spec.build {
            0 => {}
            1 => node.build = Build::Blocking(nothing),
            _ => node.build = Build::Async(FutureCall::<bool>::provider::<Built>()),
        }
        node.after_body = spec.after_body;
        if spec.transient {
            node.scope = Scope::Transient;
        }
        if spec.teardown {
            node.teardown = Some(Teardown {
                name: "",
                takes: &[],
                call: TeardownCall::of::<Torn>(),
                describe: None,
                after_response: false,
            });
        }
        nodes.push(leak(node));
    }
    nodes
}

/// For each item, everything that it reaches through `edges`, which point backwards.
fn closure(edges: &[BTreeSet<usize>]) -> Vec<BTreeSet<usize>> {
    let mut all: Vec<BTreeSet<usize>> = Vec::new();
    for edges in edges {
        let mut reached = edges.clone();
        edges.iter().for_each(|&edge| reached.extend(&all[edge]));
        all.push(reached);
    }
    all
}

struct Planned {
    plan: Plan,
    guards: Vec<Param>,
    handler: Vec<Param>,
}

fn draft(graph: &Graph) -> Planned {
    let nodes = nodes(&graph.nodes);
    let guards: Vec<Param> = graph
        .guards
        .iter()
        .map(|guard| Param { usage: Use::Run, wrap: Wrap::Plain, ..param(nodes[guard.index(nodes.len())], 0, 0) })
        .collect();
    let handler = params(&nodes, &graph.handler, &graph.inputs);
    let leaked: (&'static [Param], &'static [Param]) = (leak(guards.clone()), leak(handler.clone()));
    let roots = Roots {
        guards: &leaked.0.iter().collect::<Vec<_>>(),
        params: &leaked.1.iter().collect::<Vec<_>>(),
        future: Layout::new::<[u64; 5]>(),
        blocking: false,
        sequential: graph.sequential,
        startup: None,
        overrides: None,
    };
    Planned { plan: Plan::draft(&roots, Layout::new::<[u64; 3]>()), guards, handler }
}

impl Planned {
    fn args(&self, step: usize) -> &[Arg] {
        &self.plan.args[self.plan.steps[step].args.clone()]
    }

    fn deps(&self, step: usize) -> BTreeSet<usize> {
        self.args(step).iter().filter_map(Arg::step).collect()
    }

    fn steps(&self) -> std::ops::Range<usize> {
        0..self.plan.steps.len()
    }

    /// The step of each guard: what is shared is found by its key, what is not by being used by nobody else.
    fn guards(&self) -> Vec<usize> {
        let used: BTreeSet<usize> = self.plan.args.iter().filter_map(Arg::step).collect();
        let mut own: Vec<usize> = self.steps().filter(|step| !used.contains(step)).collect();
        own.sort_by_key(|&step| self.plan.steps[step].declared);
        let find = |guard: &Param| {
            let is = |&step: &usize| self.plan.steps[step].node.key == guard.node.get().key;
            if guard.node.get().scope == Scope::Transient {
                own.remove(own.iter().position(is).expect("each guard that is its own has a step"))
            } else {
                self.steps().find(is).expect("each guard has a step")
            }
        };
        self.guards.iter().map(find).collect()
    }

    /// Whether each step reads, or needs what reads, from `source`.
    fn reads(&self, source: Source) -> Vec<bool> {
        let deps: Vec<_> = self.steps().map(|step| self.deps(step)).collect();
        let reads = |step: usize| self.plan.steps[step].input.is_some_and(|(input, _)| input.source == source);
        let all = closure(&deps);
        self.steps().map(|step| reads(step) || all[step].iter().any(|&below| reads(below))).collect()
    }
}

/// How often a naive resolver builds each node: shared ones once, others for each use.
fn resolve(params: &[Param], times: &mut HashMap<TypeId, usize>, inputs: &mut usize) {
    for param in params {
        let node = param.node.get();
        match node.scope {
            Scope::Input => *inputs += 1,
            Scope::Request if times.contains_key(&node.key) => {}
            _ => {
                *times.entry(node.key).or_default() += 1;
                resolve(node.params, times, inputs);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn each_value_is_built_as_often_as_a_naive_resolver_does_and_after_what_it_needs(graph in graph()) {
        let planned = draft(&graph);
        let (mut expected, mut inputs) = (HashMap::new(), 0);
        resolve(&planned.guards, &mut expected, &mut inputs);
        resolve(&planned.handler, &mut expected, &mut inputs);
        let mut times: HashMap<TypeId, usize> = HashMap::new();
        for step in planned.plan.steps.iter().filter(|step| step.input.is_none()) {
            *times.entry(step.node.key).or_default() += 1;
        }
        prop_assert_eq!(times, expected);
        prop_assert_eq!(planned.plan.steps.iter().filter(|step| step.input.is_some()).count(), inputs);
        let mut users = vec![0; planned.plan.steps.len()];
        for step in planned.steps() {
            prop_assert_eq!(planned.args(step).len(), planned.plan.steps[step].node.params.len());
            prop_assert!(planned.deps(step).into_iter().all(|dep| dep < step));
        }
        planned.plan.args.iter().filter_map(Arg::step).for_each(|step| users[step] += 1);
        for (step, users) in planned.plan.steps.iter().zip(users) {
            prop_assert!(step.node.scope == Scope::Request || users <= 1, "what is nobody else's has one user");
        }
        let mut declared: Vec<usize> = planned.plan.steps.iter().map(|step| step.declared).collect();
        declared.sort_unstable();
        prop_assert!(declared.into_iter().eq(planned.steps()));
    }

    #[test]
    fn phases_come_in_order_and_hold_what_they_should(graph in graph()) {
        let planned = draft(&graph);
        let deps: Vec<_> = planned.steps().map(|step| planned.deps(step)).collect();
        let (below, guards) = (closure(&deps), planned.guards());
        let (secure, body) = (planned.reads(Source::Security), planned.reads(Source::Body));
        let reached = |from: usize, step: usize| from == step || below[from].contains(&step);
        let is_after_body = |step: usize| {
            body.contains(&true) && planned.steps().any(|below| planned.plan.steps[below].node.after_body && reached(step, below))
        };
        let of_credentials = |step: usize| secure[step] && !body[step];
        let are_credentials =
            |step: usize| planned.plan.steps[step].input.is_some_and(|(input, _)| input.source == Source::Security);
        let checks = |step: usize| {
            of_credentials(step) && (are_credentials(step) || deps[step].iter().any(|&dep| are_credentials(dep)))
        };
        let is_early = |step: usize| {
            guards.iter().any(|&guard| reached(guard, step)) || planned.steps().any(|user| checks(user) && reached(user, step))
        };
        let waits = |user: usize| {
            let late = |step: usize| planned.plan.steps[step].node.after_body && !is_early(step);
            !checks(user) && body.contains(&true) && planned.steps().any(|step| late(step) && reached(user, step))
        };
        let phase = |step: usize| {
            let guard = guards.iter().position(|&guard| reached(guard, step));
            let credentials = || planned.steps().any(|user| of_credentials(user) && !waits(user) && reached(user, step));
            guard.unwrap_or_else(|| {
                guards.len()
                    + match (credentials(), is_after_body(step), body[step]) {
                        (true, ..) => 0,
                        (_, true, _) => 3,
                        (.., true) => 2,
                        _ => 1,
                    }
            })
        };
        let expected: Vec<usize> = planned.steps().map(phase).collect();
        prop_assert!(expected.is_sorted(), "{:?}", expected);
        let mut next = 0;
        for of in &planned.plan.phases {
            prop_assert_eq!(of.steps.start, next);
            prop_assert!(!of.steps.is_empty());
            next = of.steps.end;
            let number = expected[of.steps.start];
            prop_assert!(expected[of.steps.clone()].iter().all(|&phase| phase == number));
            prop_assert!(expected.get(next).is_none_or(|&phase| phase != number));
            prop_assert_eq!(of.gate, number <= guards.len());
            prop_assert_eq!(of.concurrent, number > guards.len() && !graph.sequential);
        }
        prop_assert_eq!(next, planned.plan.steps.len());
        // Within a phase the order of declaration holds, behind the credentials.
        let place = |step: &Step| (step.input.is_none_or(|(input, _)| input.source != Source::Security), step.declared);
        for of in &planned.plan.phases {
            prop_assert!(planned.plan.steps[of.steps.clone()].is_sorted_by_key(place));
        }
    }

    #[test]
    fn a_step_waits_for_what_it_needs_and_for_whom_it_excludes_and_for_nothing_else(graph in graph()) {
        let planned = draft(&graph);
        let plan = &planned.plan;
        let uses = |step: usize| planned.args(step).iter().filter_map(|arg| Some((arg.step()?, arg.param.usage)));
        let mut expected: Vec<BTreeSet<usize>> = Vec::new();
        for later in planned.steps() {
            let mut waits = planned.deps(later);
            for earlier in 0..later {
                let conflict = uses(later).any(|(value, usage)| {
                    uses(earlier).any(|(other, earlier)| {
                        value == other && (usage == Use::Exclusive || earlier == Use::Exclusive)
                    })
                });
                if conflict {
                    waits.insert(earlier);
                }
            }
            expected.push(waits);
        }
        let after: Vec<BTreeSet<usize>> =
            plan.steps.iter().map(|step| plan.after[step.after.clone()].iter().copied().collect()).collect();
        let (after, expected) = (closure(&after), closure(&expected));
        prop_assert_eq!(&after, &expected);
        for step in planned.steps() {
            let phase = plan.phases.iter().find(|phase| phase.steps.contains(&step)).expect("each step has a phase");
            let apart = phase.concurrent
                && (step + 1..phase.steps.end).any(|later| {
                    matches!(plan.steps[later].build, Build::Async(_)) && !expected[later].contains(&step)
                });
            prop_assert_eq!(plan.steps[step].apart, apart);
        }
    }

    #[test]
    fn it_is_known_what_is_required_and_whose_failure_refuses(graph in graph()) {
        let planned = draft(&graph);
        let plan = &planned.plan;
        let (mut required, mut refuses) = (vec![false; plan.steps.len()], vec![false; plan.steps.len()]);
        for guard in planned.guards() {
            (required[guard], refuses[guard]) = (true, true);
        }
        let demands = |param: &Param| match param.wrap {
            Wrap::Plain => true,
            Wrap::Option => false,
            Wrap::Result => param.input.is_none(),
        };
        for arg in &plan.args {
            if let Some(step) = arg.step() {
                refuses[step] |= arg.param.wrap != Wrap::Result;
            }
        }
        for arg in &plan.args[plan.handler.clone()] {
            if let Some(step) = arg.step() {
                required[step] |= demands(arg.param);
            }
        }
        // Until nothing changes: whatever a required step cannot do without is required.
        loop {
            let before = required.clone();
            for step in planned.steps().filter(|&step| before[step]) {
                for arg in planned.args(step).iter().filter(|arg| demands(arg.param)) {
                    if let Some(dep) = arg.step() {
                        required[dep] = true;
                    }
                }
            }
            if required == before {
                break;
            }
        }
        for (step, (required, refuses)) in plan.steps.iter().zip(required.into_iter().zip(refuses)) {
            prop_assert_eq!((step.required, step.refuses), (required, refuses));
        }
    }

    #[test]
    fn nothing_overlaps_in_a_block_and_all_is_aligned(graph in graph()) {
        let planned = draft(&graph);
        let plan = &planned.plan;
        let mut rooms = vec![(0, Layout::new::<[u64; 3]>())];
        rooms.push((plan.states, Layout::array::<u8>(plan.steps.len()).expect("small")));
        rooms.push((plan.scratch, Layout::new::<[u64; 5]>()));
        for step in &plan.steps {
            rooms.push((step.slot, layout(step.node.value.size, step.node.value.align)));
            if step.input.is_some() {
                rooms.push((step.slot, Layout::new::<Rejection>()));
            }
            if let Build::Async(call) = step.build {
                rooms.push((step.slot, (call.layout)()));
            }
            if let Some((call, _)) = &step.teardown {
                rooms.push((plan.scratch, (call.layout)()));
            }
        }
        for &(at, room) in &rooms {
            prop_assert_eq!(at % room.align(), 0);
            prop_assert!(room.align() <= plan.layout.align());
            prop_assert!(at + room.size() <= plan.layout.size());
            for &(other, beside) in &rooms {
                let apart = at + room.size() <= other || other + beside.size() <= at;
                prop_assert!(at == other || apart);
            }
        }
        // Those at one place are of one slot, unless they have no size.
        let slots: Vec<_> = plan.steps.iter().filter(|step| slot(step.node).size() > 0).map(|step| step.slot).collect();
        prop_assert_eq!(slots.iter().collect::<BTreeSet<_>>().len(), slots.len());
        prop_assert_eq!(plan.tears_down, plan.steps.iter().any(|step| step.teardown.is_some()));
        prop_assert_eq!(plan.blocks, plan.steps.iter().any(|step| matches!(step.build, Build::Blocking(_))));
    }
}
