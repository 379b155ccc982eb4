//! [`Bits`]: which rows of a table, a bit each.

/// Rows in a word.
pub(super) const WORD: usize = u64::BITS as usize;

/// A set of rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    /// None of `n` rows.
    pub(super) fn none(n: usize) -> Self {
        Self(vec![0; n.div_ceil(WORD)])
    }

    /// All of `n` rows.
    pub(super) fn all(n: usize) -> Self {
        let mut bits = vec![u64::MAX; n / WORD];
        if !n.is_multiple_of(WORD) {
            bits.push((1 << (n % WORD)) - 1);
        }
        Self(bits)
    }

    pub(super) fn insert(&mut self, row: usize) {
        if let Some(word) = self.0.get_mut(row / WORD) {
            *word |= 1 << (row % WORD);
        }
    }

    pub(super) fn remove(&mut self, row: usize) {
        if let Some(word) = self.0.get_mut(row / WORD) {
            *word &= !(1 << (row % WORD));
        }
    }

    pub(super) fn contains(&self, row: usize) -> bool {
        self.0.get(row / WORD).is_some_and(|word| word >> (row % WORD) & 1 == 1)
    }

    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The words, 64 rows each, the first row lowest.
    pub(super) fn words(&self) -> &[u64] {
        &self.0
    }

    /// The rows, ascending.
    pub(super) fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(idx, &word)| {
            (0..WORD).filter(move |bit| word >> bit & 1 == 1).map(move |bit| idx * WORD + bit)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_in_or_out() {
        for n in [0, 1, 63, 64, 65, 200] {
            assert_eq!((Bits::all(n).count(), Bits::none(n).count()), (n, 0));
        }
        let mut bits = Bits::all(130);
        bits.remove(3);
        bits.remove(129);
        bits.insert(3);
        assert!(bits.contains(3) && !bits.contains(129) && !bits.contains(130));
        assert_eq!(bits.rows().collect::<Vec<_>>(), (0..129).collect::<Vec<_>>());
    }
}
