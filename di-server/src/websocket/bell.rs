//! Who is to be woken when the connection moves?
//!
//! A connection keeps one waker, that of who polled it last. A websocket has up to three who wait for it: the session's
//! task, whoever receives and whoever sends. So it is polled with the [`Bell`] as its waker, which wakes all of them.

use std::{
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Wake, Waker},
};

/// Who waits.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Party {
    Task,
    Receiver,
    Sender,
}

/// Wakes all who wait.
#[derive(Debug, Default)]
pub(crate) struct Bell(Mutex<[Option<Waker>; 3]>);

impl Bell {
    /// Asks to be woken.
    pub(crate) fn attach(&self, party: Party, cx: &Context<'_>) {
        let place = &mut self.0.lock().unwrap_or_else(PoisonError::into_inner)[party as usize];
        match place {
            Some(waker) if waker.will_wake(cx.waker()) => {}
            _ => *place = Some(cx.waker().clone()),
        }
    }

    /// Wakes the session's task, unless it is who calls.
    pub(crate) fn wake_task(&self, caller: &Waker) {
        let waker = self.0.lock().unwrap_or_else(PoisonError::into_inner)[Party::Task as usize].clone();
        if let Some(waker) = waker.filter(|waker| !waker.will_wake(caller)) {
            waker.wake();
        }
    }

    /// Wakes all.
    pub(crate) fn ring(&self) {
        // Cloned, so that no lock is held while foreign code runs.
        let wakers = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut woken: [Option<Waker>; 3] = [None, None, None];
        for (place, waker) in wakers.into_iter().flatten().enumerate() {
            // Most often all are one task.
            if !woken.iter().flatten().any(|other| other.will_wake(&waker)) {
                waker.wake_by_ref();
                woken[place] = Some(waker);
            }
        }
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
