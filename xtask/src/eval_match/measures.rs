//! Recall and precision of neighbours, each with its standard error.

/// A mean over queries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Figure {
    pub(super) mean: f64,
    /// Of the mean, the queries taken as independent.
    pub(super) standard_error: f64,
}

impl Figure {
    fn of(values: &[f64]) -> Self {
        let n = values.len().max(1) as f64;
        let mean = values.iter().sum::<f64>() / n;
        let scatter = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
        Self { mean, standard_error: (scatter / (n - 1.0).max(1.0) / n).sqrt() }
    }
}

/// Share of the rows whose own column is the nearest. `distances[query][reference]`, the same pieces
/// in the same order on both sides.
pub(super) fn recall(distances: &[Vec<f32>]) -> Figure {
    let found = |(idx, row): (usize, &Vec<f32>)| {
        let nearest = row.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1));
        f64::from(u8::from(nearest.is_some_and(|(other, _)| other == idx)))
    };
    Figure::of(&distances.iter().enumerate().map(found).collect::<Vec<_>>())
}

/// Mean share of the `k` nearest others that are of the same group. Pieces alone in their group
/// are found by others but ask nothing.
pub(super) fn precision(distances: &[Vec<f32>], groups: &[&str], k: usize) -> Figure {
    let shares: Vec<f64> = distances
        .iter()
        .enumerate()
        .filter(|&(idx, _)| of_group(groups, idx) > 0)
        .map(|(idx, row)| {
            let mut others: Vec<usize> = (0..row.len()).filter(|&other| other != idx).collect();
            others.sort_by(|&a, &b| row[a].total_cmp(&row[b]));
            others.truncate(k);
            let n_same = others.iter().filter(|&&other| groups[other] == groups[idx]).count();
            n_same as f64 / others.len().max(1) as f64
        })
        .collect();
    Figure::of(&shares)
}

/// Mean share of the `k` nearest columns that are of the query's group, its own column among them.
/// `distances[query][reference]` as for [`recall`].
pub(super) fn precision_with_own(distances: &[Vec<f32>], groups: &[&str], k: usize) -> Figure {
    let share = |(idx, row): (usize, &Vec<f32>)| {
        let mut all: Vec<usize> = (0..row.len()).collect();
        all.sort_by(|&a, &b| row[a].total_cmp(&row[b]));
        all.truncate(k);
        let n_same = all.iter().filter(|&&there| groups[there] == groups[idx]).count();
        n_same as f64 / all.len().max(1) as f64
    };
    Figure::of(&distances.iter().enumerate().map(share).collect::<Vec<_>>())
}

/// What columns drawn by lot would reach where one's own may be drawn as well.
pub(super) fn chance_with_own(groups: &[&str]) -> f64 {
    let n_all = groups.len().max(1) as f64;
    let shares = (0..groups.len()).map(|idx| (of_group(groups, idx) + 1) as f64 / n_all);
    Figure::of(&shares.collect::<Vec<_>>()).mean
}

/// The precision of neighbours drawn by lot.
pub(super) fn chance_of_group(groups: &[&str]) -> f64 {
    let others = (groups.len() - 1).max(1) as f64;
    let shares: Vec<f64> = (0..groups.len())
        .map(|idx| of_group(groups, idx))
        .filter(|&n| n > 0)
        .map(|n| n as f64 / others)
        .collect();
    Figure::of(&shares).mean
}

/// How many others are of the same group.
fn of_group(groups: &[&str], idx: usize) -> usize {
    groups.iter().filter(|&&group| group == groups[idx]).count() - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_finds_itself_is_counted() {
        let figure = recall(&[vec![0.1, 0.2, 0.3], vec![0.1, 0.2, 0.3], vec![3.0, 2.0, 1.0]]);
        assert!((figure.mean - 2.0 / 3.0).abs() < 1e-9);
        assert!((figure.standard_error - 1.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn a_piece_is_not_its_own_neighbour_and_one_alone_asks_nothing() {
        let row = vec![0.0, 0.1, 0.2, 0.3];
        let distances = vec![row.clone(), row.clone(), row.clone(), row];
        let groups = ["a", "a", "a", "b"];
        assert_eq!(precision(&distances, &groups, 2).mean, 1.0);
        assert_eq!(precision(&distances, &groups, 9).mean, 2.0 / 3.0);
        assert_eq!(chance_of_group(&groups), 2.0 / 3.0);
    }

    #[test]
    fn where_the_own_counts_it_is_found_like_any_other() {
        let row = vec![0.0, 0.1, 0.2, 0.3];
        let distances = vec![row.clone(), row.clone(), row.clone(), row];
        let groups = ["a", "a", "a", "b"];
        assert_eq!(precision_with_own(&distances, &groups, 3).mean, 0.75);
        assert_eq!(precision_with_own(&distances, &groups, 4).mean, (3.0 * 0.75 + 0.25) / 4.0);
        assert_eq!(chance_with_own(&groups), (3.0 * 0.75 + 0.25) / 4.0);
    }
}
