//! What waits until it is asked for?

use super::{Arg, Deferred, draft::Draft};
use crate::graph::Use;

/// What is built only when it is asked for, and what that uses.
pub(super) struct Laziness {
    /// For each step, whether only a `Lazy` reaches it.
    pub(super) deferred: Vec<bool>,
}

impl Laziness {
    pub(super) fn of(draft: &Draft<'_>, guards: &[Arg], handler: &[Arg]) -> Self {
        let mut lazy = Self { deferred: vec![true; draft.steps.len()] };
        for arg in guards.iter().chain(handler) {
            lazy.reached(draft, arg);
        }
        for args in draft.steps.iter().map(|step| &step.args[..]).chain([handler]) {
            lazy.check(draft, args);
        }
        lazy
    }

    /// Notes that `arg` is needed at once, unless it is lazy.
    pub(super) fn reached(&mut self, draft: &Draft<'_>, arg: &Arg) {
        let Some(step) = arg.step().filter(|_| arg.param.usage != Use::Lazy) else { return };
        if std::mem::replace(&mut self.deferred[step], false) {
            for below in &draft.steps[step].args {
                self.reached(draft, below);
            }
        }
    }

    /// The steps that `step` depends on, but for those that it asks for itself.
    pub(super) fn needs(&self, draft: &Draft<'_>, step: usize) -> Vec<usize> {
        let args = draft.steps[step].args.iter();
        let needed = |arg: &&Arg| arg.param.usage != Use::Lazy || arg.step().is_some_and(|step| !self.deferred[step]);
        args.filter(needed).filter_map(Arg::step).collect()
    }

    /// The values that `args` name, and those that what is built for the lazy ones among them uses; whether exclusively.
    pub(super) fn uses(&self, draft: &Draft<'_>, args: &[Arg]) -> Vec<(usize, bool)> {
        let mut uses: Vec<_> = args.iter().filter_map(own_use).collect();
        for step in args.iter().filter(|arg| arg.param.usage == Use::Lazy).filter_map(Arg::step) {
            uses.append(&mut self.below(draft, step));
        }
        uses
    }

    /// What is used while deferred step `step`, and what it needs, is built.
    pub(super) fn below(&self, draft: &Draft<'_>, step: usize) -> Vec<(usize, bool)> {
        let (mut steps, mut uses) = (vec![step], Vec::new());
        let mut at = 0;
        while let Some(&step) = steps.get(at) {
            at += 1;
            if !self.deferred[step] {
                continue;
            }
            let own: Vec<_> = draft.steps[step].args.iter().filter_map(own_use).collect();
            for &(value, _) in &own {
                if !steps.contains(&value) {
                    steps.push(value);
                }
            }
            uses.extend(own);
        }
        uses
    }

    /// What the compiler has refused as far as it can tell the instances of generic providers apart.
    pub(super) fn check(&self, draft: &Draft<'_>, args: &[Arg]) {
        for (index, lazy) in args.iter().enumerate().filter(|(_, arg)| arg.param.usage == Use::Lazy) {
            let Some(step) = lazy.step() else { continue };
            let below = self.below(draft, step);
            let others =
                args.iter().enumerate().filter(|&(other, arg)| other != index && arg.param.usage != Use::Value);
            for (value, exclusive) in others.filter_map(|(_, arg)| own_use(arg)) {
                let excluded = below.iter().any(|&(used, exclusively)| used == value && (exclusive || exclusively));
                assert!(
                    !excluded,
                    "`Lazy<{}>` stands beside `{}`, and one of the two uses the other exclusively",
                    lazy.param.ty, draft.steps[value].node.ty
                );
            }
        }
    }

    pub(super) fn steps(&self, draft: &Draft<'_>) -> Vec<Deferred> {
        let deferred: Vec<usize> = (0..draft.steps.len()).filter(|&step| self.deferred[step]).collect();
        let uses: Vec<_> = deferred.iter().map(|&step| self.uses(draft, &draft.steps[step].args)).collect();
        // What a step uses on behalf of what it waits for does not keep that from running.
        let waits = |a: usize, b: usize| uses[a].iter().any(|&(value, _)| value == deferred[b]);
        let shared = |a: usize, b: usize| {
            let clash = |&(value, exclusive): &(usize, bool)| {
                uses[b].iter().any(|&(other, also)| value == other && (exclusive || also))
            };
            uses[a].iter().any(clash)
        };
        let of = |(index, &step): (usize, &usize)| {
            let excluded =
                |&other: &usize| other != index && shared(index, other) && !waits(index, other) && !waits(other, index);
            let excludes = (0..deferred.len()).filter(excluded).map(|other| deferred[other]).collect();
            Deferred { step, needs: self.needs(draft, step), excludes }
        };
        deferred.iter().enumerate().map(of).collect()
    }
}

/// The value that an argument uses for as long as its function runs, and whether exclusively.
pub(super) fn own_use(arg: &Arg) -> Option<(usize, bool)> {
    let step = arg.step()?;
    Some((step, matches!(arg.param.usage, Use::Exclusive | Use::Held)))
}
