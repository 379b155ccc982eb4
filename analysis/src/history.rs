//! [`History`]: the last `N` values of something, as plain data that can cross a thread by copy.

use std::fmt;

/// A ring of at most `N` values, oldest first. `Copy`, never allocates; a push into a full ring
/// drops the oldest value. Also serves as a short list (alternatives, suggestions).
#[derive(Clone, Copy)]
pub struct History<T, const N: usize> {
    items: [T; N],
    start: usize,
    len: usize,
}

impl<T: Copy + Default, const N: usize> Default for History<T, N> {
    fn default() -> Self {
        Self { items: [T::default(); N], start: 0, len: 0 }
    }
}

impl<T: Copy + Default, const N: usize> History<T, N> {
    /// An empty ring.
    pub fn new() -> Self {
        Self::default()
    }

    /// The first `N` of `values`.
    pub fn first_of(values: impl IntoIterator<Item = T>) -> Self {
        let mut history = Self::default();
        for value in values.into_iter().take(N) {
            history.push(value);
        }
        history
    }

    /// Appends `value`; the oldest one is dropped when the ring is full.
    pub fn push(&mut self, value: T) {
        if N == 0 {
            return;
        }
        let slot = (self.start + self.len) % N;
        self.items[slot] = value;
        if self.len < N {
            self.len += 1;
        } else {
            self.start = (self.start + 1) % N;
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.start = 0;
        self.len = 0;
    }
}

impl<T, const N: usize> History<T, N> {
    /// Number of values held.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The `idx`-th value, oldest first.
    pub fn get(&self, idx: usize) -> Option<&T> {
        if idx < self.len { self.items.get((self.start + idx) % N) } else { None }
    }

    /// The newest value.
    pub fn last(&self) -> Option<&T> {
        self.len.checked_sub(1).and_then(|idx| self.get(idx))
    }

    /// The newest value, to be changed in place.
    pub fn last_mut(&mut self) -> Option<&mut T> {
        let idx = self.len.checked_sub(1)?;
        self.items.get_mut((self.start + idx) % N)
    }

    /// All values, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + '_ {
        (0..self.len).filter_map(|idx| self.get(idx))
    }
}

impl<T: fmt::Debug, const N: usize> fmt::Debug for History<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T: PartialEq, const N: usize> PartialEq for History<T, N> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_history_drops_the_oldest() {
        let mut history = History::<u32, 3>::new();
        for value in 0..5 {
            history.push(value);
        }
        assert_eq!(history.iter().copied().collect::<Vec<_>>(), [2, 3, 4]);
        assert_eq!(history.last(), Some(&4));
        assert_eq!(history.get(3), None);
    }

    #[test]
    fn an_empty_history_has_no_last() {
        assert_eq!(History::<u32, 3>::new().last(), None);
        assert!(History::<u32, 3>::new().is_empty());
    }
}
