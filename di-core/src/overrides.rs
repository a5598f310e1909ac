//! How does a test put something else in the place of a dependency?
//!
//! Plans are drafted when an application meets its routing table, so an override is another draft: wherever the graph
//! comes to the overridden type, through parameters, guards or other providers, it goes on with the replacement. What the
//! original would have asked for is not asked for. Nothing is looked up while a request runs.
#![allow(unsafe_code)]

use std::{
    any::{TypeId, type_name},
    fmt,
    ptr::NonNull,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::graph::{Node, Scope};
use crate::scope::Build;

/// A provider that takes the place of another for its type; `#[provider(replace)]` writes this beside the function.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a replacement",
    label = "not a replacement",
    note = "help: put `#[provider(replace)]` on the function"
)]
pub trait Replacement {
    /// The container that its dependencies are found in.
    type Container;
    /// The provider.
    const NODE: crate::graph::NodeRef;
}

/// What takes the place of what. Cheap to clone.
///
/// Replacements, and the values made for overridden singletons, are kept for the life of the process: this is for tests.
#[derive(Clone, Default)]
pub struct Overrides {
    list: Vec<Arc<Override>>,
}

struct Override {
    key: TypeId,
    ty: &'static str,
    by: By,
    /// The replacement, once the graph has been found to ask for it.
    placed: OnceLock<Placed>,
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

impl Overrides {
    /// Replaces what provides `T` by the values of `make`: a request-scoped one is made once for each request that needs
    /// it, a transient one or an input for each use, a singleton once.
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
    pub fn replace<R: Replacement>(&mut self) {
        let node = R::NODE.get();
        self.add(node.key, node.ty, By::Provider(node));
    }

    fn add(&mut self, key: TypeId, ty: &'static str, by: By) {
        self.list.retain(|other| other.key != key);
        let placed = OnceLock::new();
        self.list.push(Arc::new(Override { key, ty, by, placed, reached: AtomicBool::new(false) }));
    }

    /// The type of the last override, if the graph has not been found to ask for it.
    pub(crate) fn unreached(&self) -> Option<&'static str> {
        self.list.last().filter(|last| !last.reached.load(Ordering::Relaxed)).map(|last| last.ty)
    }

    /// What takes the place of `node`, if anything does.
    pub(crate) fn of(&self, node: &'static Node) -> Option<Placed> {
        let found = self.list.iter().find(|found| found.key == node.key)?;
        found.reached.store(true, Ordering::Relaxed);
        Some(*found.placed.get_or_init(|| found.by.place(node)))
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
        Placed::Node(Box::leak(Box::new(Node { scope, decorates: original.decorates, ..*replacement })))
    }
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

impl fmt::Debug for Overrides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list.iter().map(|one| one.ty)).finish()
    }
}

/// The names among `names` that look like `wanted`, each once.
pub(crate) fn near_misses<'n>(wanted: &str, names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let short = |name: &str| name.rsplit("::").next().unwrap_or(name).to_lowercase();
    let wanted = short(wanted);
    let alike = |name: &&str| {
        let name = short(name);
        name.contains(&wanted) || wanted.contains(&name) || distance(&name, &wanted) <= 2
    };
    let mut near: Vec<&str> = names.filter(alike).collect();
    near.sort_unstable();
    near.dedup();
    near
}

/// How many letters must be changed, added or removed to make one of the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
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
        let mut overrides = Overrides::default();
        overrides.provide(|| 1_u32);
        overrides.provide(|| 2_u32);
        assert_eq!(overrides.list.len(), 1);
        assert_eq!(overrides.list[0].key, key::<u32>());
        assert_eq!(overrides.unreached(), Some("u32"));
    }
}
