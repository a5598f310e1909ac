//! What surrounds the code of a request?
//!
//! A provided value that is a [`Context`] is entered around whatever of its request runs after it was built: later
//! providers, the handler, teardowns, on the executor at each poll and on the pool's threads. It is left whenever control
//! goes back, so it never reaches another request.
#![allow(unsafe_code)]

use super::block::{BlockPtr, State};

/// Something that code runs within: a tracing span, a task-local value.
///
/// It is a property of the provided type: whoever provides one for a request (as a guard of the outermost group, for all
/// requests) has it entered. Implemented for [`tracing::Span`].
///
/// ```
/// use di_core::Context;
///
/// thread_local! {
///     static TENANT: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
/// }
///
/// struct Tenant(u32);
///
/// impl Context for Tenant {
///     fn enter(&self, run: &mut dyn FnMut()) {
///         let outer = TENANT.replace(self.0);
///         run();
///         TENANT.set(outer);
///     }
/// }
/// ```
pub trait Context {
    /// Calls `run` once, within this context. `run` does not panic: panics of what runs are caught inside.
    fn enter(&self, run: &mut dyn FnMut());
}

impl Context for tracing::Span {
    fn enter(&self, run: &mut dyn FnMut()) {
        self.in_scope(run);
    }
}

/// Enters the context behind the pointer.
pub type Enter = unsafe fn(*const u8, &mut dyn FnMut());

/// The block's contexts that are there, as steps. The caller drives the block.
pub(super) fn ready(block: BlockPtr) -> Vec<usize> {
    block.plan().contexts.iter().copied().filter(|&step| block.is_ready(step)).collect()
}

/// Runs `run` once, within those of these contexts of the block's that are there, the first outermost.
pub(super) fn within(block: BlockPtr, contexts: &[usize], run: impl FnOnce()) {
    let mut run = Some(run);
    let mut once = || {
        if let Some(run) = run.take() {
            run();
        }
    };
    enter(block, contexts, &mut once);
    // A context that has not called it must not stop the request.
    once();
}

fn enter(block: BlockPtr, contexts: &[usize], run: &mut dyn FnMut()) {
    let Some((&step, inner)) = contexts.split_first() else { return run() };
    match block.plan().steps[step].node.context {
        Some(context) if block.state(step) == State::Ready => {
            // SAFETY: the slot is ready and of the context's type. It is only ever shared: the compiler has refused to take
            // it exclusively and to tear it down, and the values of a block are dropped outside of this.
            unsafe { context(block.slot(step), &mut || enter(block, inner, run)) }
        }
        _ => enter(block, inner, run),
    }
}
