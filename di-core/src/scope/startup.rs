//! How does a container come into being?
//!
//! Its fields are the roots of a plan like a route's; the same engine builds them: in dependency order, independent ones
//! concurrently, each at most once. Values handed to the builder take the place of their providers.
#![allow(unsafe_code)]

use std::{alloc::Layout, any::TypeId, fmt, future::poll_fn, sync::Arc};

use super::{
    block::{BlockRef, State, take},
    drive::{self, Keep, Why},
    plan::{From, Plan, Roots},
    request::{Env, abandon},
    shutdown::Built,
};
use crate::{
    body::BoxError,
    graph::{Node, Param, Sends, key, key_named},
};

/// A field of a container.
#[derive(Debug)]
pub enum Field {
    /// The edge to a singleton's provider; the parameter's name is the field's.
    One(Param),
    /// A part, with fields of its own.
    Part(&'static [Field]),
}

impl Field {
    /// The singletons of some fields, those of parts included, in order.
    pub(crate) fn singletons(fields: &'static [Self]) -> Vec<&'static Param> {
        let mut all = Vec::with_capacity(fields.len());
        for field in fields {
            match field {
                Self::One(param) => all.push(param),
                Self::Part(fields) => all.append(&mut Self::singletons(fields)),
            }
        }
        all
    }
}

/// The values of a container, built and not yet in their fields.
#[allow(missing_debug_implementations)]
pub struct Slots {
    block: BlockRef,
    /// For each field, the step that has built it, and where in the container it belongs.
    fields: Vec<(usize, usize)>,
    next: usize,
}

/// Why a container was not built: which singleton failed, who needed it, and the error.
#[derive(Debug)]
pub struct BuildError {
    ty: &'static str,
    provider: &'static str,
    place: String,
    chain: Vec<String>,
    source: BoxError,
}

impl BuildError {
    /// The singleton that failed, as its provider writes it.
    #[must_use]
    pub fn singleton(&self) -> &'static str {
        self.ty
    }

    /// What there is from the container's field down to the singleton that failed: each by its type, and by its name if it has one,
    /// `Conn named Replica`.
    #[must_use]
    pub fn chain(&self) -> &[String] {
        &self.chain
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = self.chain.last().map_or(self.ty, String::as_str);
        write!(f, "singleton `{failed}` was not built: provider `{}` ({}) failed", self.provider, self.place)?;
        if self.chain.len() > 1 {
            write!(f, "; needed by {}", self.chain.join(" -> "))?;
        }
        Ok(())
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.source)
    }
}

/// A value handed to the builder, for the field of its type and name.
pub(crate) struct Given {
    key: TypeId,
    put: Box<dyn FnOnce(*mut u8) + Send>,
}

/// A value of which it is known that it is `Send`.
struct Sent<T>(T);

impl<T> Sent<T> {
    fn new(value: T, _: Sends<T>) -> Self {
        Self(value)
    }

    fn into_inner(self) -> T {
        self.0
    }
}

// SAFETY: `new` is handed what says that a `T` is `Send`.
unsafe impl<T> Send for Sent<T> {}

impl Given {
    pub(crate) fn new<T: 'static>(value: T, sends: Sends<T>) -> Self {
        Self::of(key::<T>(), Sent::new(value, sends))
    }

    pub(crate) fn named<K: 'static, T: 'static>(value: T, sends: Sends<T>) -> Self {
        Self::of(key_named::<T, K>(), Sent::new(value, sends))
    }

    fn of<T: 'static>(key: TypeId, value: Sent<T>) -> Self {
        // SAFETY: it is called with the slot of the node whose key is `key`, a key of `T`; the slot is empty.
        let put = move |slot: *mut u8| unsafe { slot.cast::<T>().write(value.into_inner()) };
        Self { key, put: Box::new(put) }
    }
}

/// Plans what `fields` need.
pub(crate) fn plan(fields: &'static [Field], given: &[Given]) -> Plan {
    let params = Field::singletons(fields);
    let roots = Roots {
        guards: &[],
        params: &params,
        future: Layout::new::<()>(),
        blocking: false,
        sequential: false,
        startup: Some(given.iter().map(|given| given.key).collect()),
        overrides: None,
    };
    Plan::draft(&roots, super::header())
}

/// Builds what `fields` need in `env`, whose only plan is [`plan`]'s.
pub(crate) async fn build(env: Arc<Env>, given: Vec<Given>) -> Result<Slots, BuildError> {
    let block = BlockRef::without_request(env, None, Keep::ForStartup);
    for given in given {
        put(&block, given);
    }
    // If this future is dropped, what has been built is torn down.
    let mut starting = Starting(Some(block.clone()));
    poll_fn(|cx| drive::poll(&block, cx)).await;
    starting.0 = None;
    // SAFETY: the block is done, so this is its driver and the only borrow.
    let core = unsafe { block.core() };
    if let Some((step, Why::Error(source))) = core.refusal.take() {
        // SAFETY: as above, and the borrow is used no more.
        unsafe { block.clear() };
        return Err(error(block.plan(), step, source));
    }
    let plan = block.plan();
    let fields = plan.args[plan.handler.clone()].iter().map(|arg| {
        let From::Step(step) = arg.from else { unreachable!("fields are built by steps") };
        (step, arg.param.node.get().offset())
    });
    Ok(Slots { fields: fields.collect(), next: 0, block })
}

/// A container that is being built.
struct Starting(Option<BlockRef>);

impl Drop for Starting {
    fn drop(&mut self) {
        if let Some(block) = self.0.take() {
            abandon(block);
        }
    }
}

/// Puts a given value in its slot.
fn put(block: &BlockRef, given: Given) {
    let steps = &block.plan().steps;
    let step = steps.iter().position(|step| step.node.key == given.key);
    let step = step.expect("the builder takes values for fields, and each field is a root of the plan");
    // One that was handed over before is replaced.
    block.empty(step);
    (given.put)(block.slot(step));
    block.set_state(step, State::Ready);
}

/// A singleton as a message names it.
fn told(node: &Node) -> String {
    if node.name.is_empty() { node.ty.to_owned() } else { format!("{} named {}", node.ty, node.name) }
}

fn error(plan: &Plan, step: usize, source: BoxError) -> BuildError {
    let node = plan.steps[step].node;
    let mut chain = vec![told(node)];
    let mut below = step;
    // The first user of each is the one that the planner came from.
    while let Some(user) = plan.steps.iter().position(|user| {
        plan.args[user.args.clone()].iter().any(|arg| matches!(arg.from, From::Step(step) if step == below))
    }) {
        chain.insert(0, told(plan.steps[user].node));
        below = user;
    }
    BuildError { ty: node.ty, provider: node.function.name, place: node.function.place.to_string(), chain, source }
}

impl Slots {
    /// Moves the value of the next field out.
    ///
    /// # Panics
    ///
    /// If the field has another type, or there is none left.
    pub fn take<T: 'static>(&mut self) -> T {
        let (step, _) = self.fields[self.next];
        self.next += 1;
        let ready = self.block.state(step) == State::Ready;
        assert!(ready && self.block.plan().steps[step].node.value.id == TypeId::of::<T>(), "a field has its type");
        self.block.set_state(step, State::Taken);
        // SAFETY: the slot holds a `T`, and is marked as taken.
        unsafe { take(self.block.slot(step)) }
    }

    /// What the end of a container whose fields have all been taken needs to know.
    pub(crate) fn built(self) -> Built {
        assert!(self.next == self.fields.len(), "a container has all its fields");
        Built::new(self.block, self.fields)
    }
}
