//! Who is to be woken when the connection moves?
//!
//! A connection keeps one waker, that of who polled it last. A websocket has up to three who wait for it: the session's
//! task, whoever receives and whoever sends. So it is polled with the [`Bell`] as its waker, which wakes all of them.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Wake, Waker},
};

/// Who waits.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Party {
    Task,
    Receiver,
    Sender,
}

/// Wakes all who wait; not while it is [held](Self::hold), but then.
#[derive(Debug, Default)]
pub(crate) struct Bell(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    waiting: [Option<Waker>; 3],
    /// How many hold it.
    held: u32,
    /// Whether it has been rung meanwhile.
    rung: bool,
    /// The task, if it has been woken meanwhile.
    task: Option<Waker>,
}

impl Bell {
    /// Asks to be woken.
    pub(crate) fn attach(&self, party: Party, cx: &Context<'_>) {
        let mut state = self.state();
        let place = &mut state.waiting[party as usize];
        let before = match place {
            Some(waker) if waker.will_wake(cx.waker()) => None,
            _ => place.replace(cx.waker().clone()),
        };
        drop(state);
        // Not under the lock: what a waker owns may be anything.
        drop(before);
    }

    /// Keeps it from waking anybody until it is released as often: whoever has a lock that those may want who are woken does.
    pub(crate) fn hold(&self) {
        self.state().held += 1;
    }

    /// Wakes whom it has been kept from waking, if nobody else holds it.
    pub(crate) fn release(&self) {
        let mut state = self.state();
        state.held -= 1;
        if state.held > 0 {
            return;
        }
        let (rung, task) = (std::mem::take(&mut state.rung), state.task.take());
        drop(state);
        if rung {
            self.ring();
        } else if let Some(task) = task {
            task.wake();
        }
    }

    /// Wakes the session's task, unless it is who calls.
    pub(crate) fn wake_task(&self, caller: &Waker) {
        let mut state = self.state();
        let task = state.waiting[Party::Task as usize].clone();
        let Some(task) = task.filter(|waker| !waker.will_wake(caller)) else { return };
        if state.held > 0 {
            let before = state.task.replace(task);
            drop(state);
            drop(before);
        } else {
            drop(state);
            task.wake();
        }
    }

    /// Wakes all.
    pub(crate) fn ring(&self) {
        let mut state = self.state();
        if state.held > 0 {
            state.rung = true;
            return;
        }
        // Cloned, so that no lock is held while foreign code runs.
        let waiting = state.waiting.clone();
        drop(state);
        let mut woken: [Option<Waker>; 3] = [None, None, None];
        for (place, waker) in waiting.into_iter().flatten().enumerate() {
            // Most often all are one task.
            if !woken.iter().flatten().any(|other| other.will_wake(&waker)) {
                waker.wake_by_ref();
                woken[place] = Some(waker);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.ring();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.ring();
    }
}
