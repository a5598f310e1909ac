//! How does a test put something else in the place of a dependency?
//!
//! Plans are drafted when an application meets its routing table, so an override is another draft: wherever the graph
//! comes to the overridden type, through parameters, guards or other providers, it goes on with the replacement. What the
//! original would have asked for is not asked for. Nothing is looked up while a request runs.
#![allow(unsafe_code)]

use std::{
    any::{TypeId, type_name},
    fmt,
    marker::PhantomData,
    ptr::NonNull,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::distance;
use crate::graph::check::is_of_a_request;
use crate::graph::{Job, Node, Param, Rejection, RouteRef, Scope, Use, Wrap};
use crate::scope::Build;

/// A provider that takes the place of another for its type; `#[provider(replace)]` writes this beside the function.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a replacement in `{C}`",
    label = "not a replacement in `{C}`",
    note = "help: put `#[provider(replace)]` on the function; `container = {C}` in it names its container, which otherwise is `App`"
)]
pub trait Replacement<C> {
    /// The provider.
    const NODE: crate::graph::NodeRef;
}

/// What takes the place of what, in an application whose container is `C`. Cheap to clone.
///
/// Replacements, and the values made for overridden singletons, are kept for the life of the process: this is for tests.
pub struct Overrides<C> {
    pub(crate) list: Replaced,
    /// The jobs that count as users.
    pub(crate) jobs: Vec<RouteRef>,
    container: PhantomData<fn() -> C>,
}

/// What the planner sees of it.
#[derive(Clone, Default)]
pub(crate) struct Replaced(Vec<Arc<Override>>);

struct Override {
    key: TypeId,
    ty: &'static str,
    by: By,
    /// The replacement, once the graph has been found to ask for it.
    placed: OnceLock<Placed>,
    /// The value of a guard, once one has been found that is a value of the type.
    guard: OnceLock<Kept>,
    reached: AtomicBool,
}

enum By {
    /// Values from a closure: the node is of scope transient.
    Values(&'static Node, Factory),
    Provider(&'static Node),
}

/// What the planner goes on with.
#[derive(Clone, Copy)]
pub(crate) enum Placed {
    Node(&'static Node),
    /// The one value of an overridden singleton.
    Value(Kept),
}

/// A value that is never dropped.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept(NonNull<u8>);

// SAFETY: the value takes the place of a field of a container, which is `Send` and `Sync`, so its type is both.
unsafe impl Send for Kept {}
// SAFETY: as above.
unsafe impl Sync for Kept {}

impl Kept {
    pub(crate) fn get(self) -> *mut u8 {
        self.0.as_ptr()
    }
}

/// Makes values: writes one to where there is room for it.
#[derive(Clone, Copy)]
pub struct Factory(&'static (dyn Fn(*mut u8) + Send + Sync));

impl fmt::Debug for Factory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Factory")
    }
}

impl Factory {
    /// # Safety
    ///
    /// There is room at `at` for the type that the factory was made for.
    pub(crate) unsafe fn make(self, at: *mut u8) {
        (self.0)(at);
    }
}

impl<C> Overrides<C> {
    /// Replaces what provides `T` by the values of `make`: a request-scoped one is made once for each request that needs
    /// it, a transient one or an input for each use, a singleton and the value of a guard once.
    pub fn provide<T: Send + 'static>(&mut self, make: impl Fn() -> T + Send + Sync + 'static) {
        self.values(|node| node, make);
    }

    /// [`provide`](Self::provide), for the `T` whose qualifier is `K`.
    pub fn provide_named<K: 'static, T: Send + 'static>(&mut self, make: impl Fn() -> T + Send + Sync + 'static) {
        self.values(|node| node.named::<T, K>(type_name::<K>()), make);
    }

    fn values<T: Send + 'static>(
        &mut self,
        qualify: impl FnOnce(Node) -> Node,
        make: impl Fn() -> T + Send + Sync + 'static,
    ) {
        // SAFETY: `Factory::make` is called with room for a `T`.
        let write = move |at: *mut u8| unsafe { at.cast::<T>().write(make()) };
        let factory = Factory(Box::leak(Box::new(write)));
        let node = qualify(Node::bare::<T>(type_name::<T>(), Scope::Transient, Build::Made(factory)));
        self.add(node.key, type_name::<T>(), By::Values(Box::leak(Box::new(node)), factory));
    }

    /// Replaces what provides the type that `R` provides by the provider `R`, which has dependencies of its own.
    pub fn replace<R: Replacement<C>>(&mut self) {
        let node = R::NODE.get();
        self.add(node.key, node.ty, By::Provider(node));
    }

    fn add(&mut self, key: TypeId, ty: &'static str, by: By) {
        let Replaced(list) = &mut self.list;
        list.retain(|other| other.key != key);
        let (placed, guard) = (OnceLock::new(), OnceLock::new());
        list.push(Arc::new(Override { key, ty, by, placed, guard, reached: AtomicBool::new(false) }));
    }

    /// Counts the job `J` as a user: what it reaches may be overridden though no route reaches it.
    pub fn job<J: Job<C>>(&mut self) {
        self.jobs.push(J::JOB);
    }

    /// Takes all replacements back. The jobs still count.
    pub fn clear(&mut self) {
        self.list = Replaced::default();
    }
}

impl Replaced {
    /// The type of the last override, if the graph has not been found to ask for it.
    pub(crate) fn unreached(&self) -> Option<&'static str> {
        self.0.last().filter(|last| !last.reached.load(Ordering::Relaxed)).map(|last| last.ty)
    }

    /// That none of `asked`, which are all parameters that `job` leads to, is something that only a request has: the compiler has
    /// seen to that for all but replacements.
    ///
    /// # Panics
    ///
    /// Panics if one is.
    #[track_caller]
    pub(crate) fn outside_a_request<'p>(&self, job: &str, mut asked: impl Iterator<Item = &'p Param>) {
        let replaced = |param: &Param| self.0.iter().any(|found| found.key == param.node.get().key);
        if let Some(param) = asked.find(|param| is_of_a_request(param) && !replaced(param)) {
            panic!(
                "job `{job}` leads to a replacement that takes `{}`, which only a request has\n\
                 note: a job runs outside of a request\n\
                 help: replace it by values, `client.provide::<T>(..)`",
                param.ty
            );
        }
    }

    /// The value that takes the place of a guard's own, if one does.
    ///
    /// # Panics
    ///
    /// Panics if it is to be made by a provider: the guard is there before there is a request.
    pub(crate) fn of_guard(&self, guard: TypeId) -> Option<Kept> {
        let found = self.reached(guard)?;
        let value = || match found.by {
            By::Values(node, factory) => keep(node, factory),
            By::Provider(node) => panic!(
                "`{}` is the value of a guard, which no provider replaces\nhelp: `client.provide::<{0}>(..)`",
                node.ty
            ),
        };
        Some(*found.guard.get_or_init(value))
    }

    /// What takes the place of `node`, if anything does.
    pub(crate) fn of(&self, node: &'static Node) -> Option<Placed> {
        let found = self.reached(node.key)?;
        Some(*found.placed.get_or_init(|| found.by.place(node)))
    }

    /// The override of what has this key, which the graph has now been found to ask for.
    fn reached(&self, key: TypeId) -> Option<&Override> {
        let found = self.0.iter().find(|found| found.key == key)?;
        found.reached.store(true, Ordering::Relaxed);
        Some(found)
    }
}

impl By {
    /// The replacement of `original`.
    fn place(&self, original: &Node) -> Placed {
        let scope = original.scope;
        let replacement = match *self {
            Self::Values(node, factory) if scope == Scope::Singleton => return Placed::Value(keep(node, factory)),
            Self::Values(node, _) | Self::Provider(node) => node,
        };
        // An input is read for each use, so its replacement is built for each.
        let scope = match scope {
            Scope::Transient | Scope::Input => Scope::Transient,
            _ => Scope::Request,
        };
        // What the type does to its request is the same, whoever provides it.
        let (decorates, context) = (original.decorates, original.context);
        // Nor does a test change when it is built.
        let after_body = original.after_body;
        Placed::Node(Box::leak(Box::new(Node { scope, after_body, decorates, context, ..*replacement })))
    }
}

/// The rules that the compiler has for a provider and its users, for a replacement, which it does not see beside them.
///
/// # Panics
///
/// Panics if `param` uses it as it cannot be used: a test is told so when it replaces it.
pub(crate) fn fits(param: &Param, replacement: &Node) {
    let original = param.node.get();
    let (ty, name) = (param.ty, replacement.function.name);
    if let Some(teardown) = &replacement.teardown {
        let how = match param.usage {
            Use::Fresh => Some("handed over as `Fresh`"),
            Use::Value => Some("taken by value"),
            Use::Held if !teardown.after_response => Some("held until the response has gone out"),
            _ => None,
        };
        if let Some(how) = how {
            panic!(
                "`{name}` cannot replace `{ty}`: it is {how}, and `{}` would tear it down before\n\
                 help: remove the teardown of `{name}`",
                teardown.name
            );
        }
    }
    if param.wrap == Wrap::Result
        && let Some(error) = &replacement.error
    {
        let (id, declared) = match &original.error {
            Some(declared) => (declared.ty.id, declared.name),
            // What is read from the request is rejected.
            None => (TypeId::of::<Rejection>(), "Rejection"),
        };
        assert!(
            id == error.ty.id,
            "`{name}` cannot replace `{ty}`: it fails with `{}`, and a `Result` is taken of it with `{declared}`\n\
             help: let it fail with the same",
            error.name,
        );
    }
}

/// That nothing which is torn down after the response depends on what is torn down before it.
///
/// # Panics
///
/// Panics if it does.
pub(crate) fn outlive(steps: impl Iterator<Item = (&'static Node, Vec<&'static Node>)>) {
    for (node, below) in steps.filter(|(node, _)| node.teardown.as_ref().is_some_and(|own| own.after_response)) {
        let earlier = below.iter().find(|below| below.teardown.as_ref().is_some_and(|its| !its.after_response));
        if let Some(earlier) = earlier {
            panic!(
                "`{}` outlives `{}`, which it depends on: one is torn down after the response, the other before it\n\
                 help: replace it by a provider that is torn down at the same time as what it replaces",
                node.ty, earlier.ty
            );
        }
    }
}

/// Reports the providers of `way`, of which the last depends on the first.
///
/// # Panics
///
/// Always.
pub(crate) fn cycle(way: &[&'static Node]) -> ! {
    let mut text = String::from("dependency cycle: ");
    for node in way {
        text += &format!("`{}` -> ", node.ty);
    }
    text += &format!("`{}`", way[0].ty);
    for node in way {
        text += &format!("\nnote: `{}` is provided by `{}`", node.ty, node.function.name);
    }
    panic!("{text}\nhelp: a replacement cannot depend on what it replaces");
}

/// Makes the one value of an overridden singleton.
fn keep(node: &Node, factory: Factory) -> Kept {
    let layout = std::alloc::Layout::from_size_align(node.value.size.max(1), node.value.align);
    let layout = layout.expect("size and alignment come from a type");
    // SAFETY: the size is not zero.
    let Some(at) = NonNull::new(unsafe { std::alloc::alloc(layout) }) else { std::alloc::handle_alloc_error(layout) };
    // SAFETY: the room is that of the type which the factory was made for.
    unsafe { factory.make(at.as_ptr()) };
    Kept(at)
}

impl<C> Clone for Overrides<C> {
    fn clone(&self) -> Self {
        Self { list: self.list.clone(), jobs: self.jobs.clone(), container: PhantomData }
    }
}

impl<C> Default for Overrides<C> {
    fn default() -> Self {
        Self { list: Replaced::default(), jobs: Vec::new(), container: PhantomData }
    }
}

impl<C> fmt::Debug for Overrides<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list.0.iter().map(|one| one.ty)).finish()
    }
}

/// The names among `names` that look like `wanted`, each once.
pub(crate) fn near_misses<'n>(wanted: &str, names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let short = |name: &str| name.rsplit("::").next().unwrap_or(name).to_lowercase();
    let wanted = short(wanted);
    let alike = |name: &&str| {
        let name = short(name);
        // Of the shortest names, each is near to any other.
        if name.len() < 3 {
            return false;
        }
        name.contains(&wanted) || wanted.contains(&name) || distance(&name, &wanted) <= 2
    };
    let mut near: Vec<&str> = names.filter(alike).collect();
    near.sort_unstable();
    near.dedup();
    near
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::key;

    #[test]
    fn names_that_differ_by_a_slip_or_a_path_are_near() {
        let names = ["Session", "db::Pool", "User", "Session"];
        assert_eq!(near_misses("app::Sesion", names.into_iter()), ["Session"]);
        assert_eq!(near_misses("sqlx::SqlitePool", names.into_iter()), ["db::Pool"]);
        assert!(near_misses("Mailer", names.into_iter()).is_empty());
    }

    #[test]
    fn the_later_of_two_overrides_of_a_type_holds() {
        let mut overrides = Overrides::<()>::default();
        overrides.provide(|| 1_u32);
        overrides.provide(|| 2_u32);
        assert_eq!(overrides.list.0.len(), 1);
        assert_eq!(overrides.list.0[0].key, key::<u32>());
        assert_eq!(overrides.list.unreached(), Some("u32"));
    }
}
