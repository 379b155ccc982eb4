//! Calm: when what is shown is right for good, and how often it changed.

/// How one shown value behaved over a recording.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Settled {
    /// Seconds until it was right and stayed right; `None` where it never was.
    pub(crate) since: Option<f64>,
    /// Changes after it was first shown.
    pub(crate) n_changes: usize,
}

/// Follows a value through the entries in which it was shown, oldest first.
pub(crate) fn settle<T: PartialEq>(
    shown: impl IntoIterator<Item = (f64, T)>,
    right: impl Fn(&T) -> bool,
) -> Settled {
    let mut settled = Settled::default();
    let mut last: Option<T> = None;
    for (at, value) in shown {
        if last.as_ref().is_some_and(|last| *last != value) {
            settled.n_changes += 1;
        }
        settled.since = if right(&value) { settled.since.or(Some(at)) } else { None };
        last = Some(value);
    }
    settled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settled_means_right_and_right_ever_after() {
        let shown = [(1.0, "C"), (2.0, "A"), (3.0, "C"), (4.0, "C"), (9.0, "C")];
        assert_eq!(settle(shown, |key| *key == "C"), Settled { since: Some(3.0), n_changes: 2 });
        assert_eq!(settle(shown, |key| *key == "A").since, None);
    }

    #[test]
    fn nothing_shown_never_settles() {
        assert_eq!(settle([] as [(f64, u8); 0], |_| true), Settled::default());
    }
}
