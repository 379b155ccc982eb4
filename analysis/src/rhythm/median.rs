//! The middle of some values.

/// The median of an odd number of values, the upper of the two middle ones of an even number; absent
/// where there are none.
pub(super) fn median<T: Copy + Into<f64>>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut values: Vec<T> = values.collect();
    values.sort_by(|a, b| (*a).into().total_cmp(&(*b).into()));
    values.get(values.len() / 2).copied()
}
