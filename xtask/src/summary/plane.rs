//! Many pieces in a plane: the two directions in which they differ most (principal components, by
//! power iteration; K. Pearson, "On lines and planes of closest fit", Philosophical Magazine 1901).

/// Rounds of power iteration: far more than a picture needs.
const N_ROUNDS: usize = 60;

/// Where each of `vectors` lies on the two directions of most variance, in deviations along each,
/// and the share of all variance that each direction has. The same vectors give the same plane.
pub(super) fn project(vectors: &[&[f32]]) -> (Vec<[f32; 2]>, [f32; 2]) {
    let n_dims = vectors.first().map_or(0, |vector| vector.len());
    let mut mean = vec![0.0f32; n_dims];
    for vector in vectors {
        mean.iter_mut().zip(*vector).for_each(|(mean, value)| *mean += value);
    }
    let n = vectors.len().max(1) as f32;
    mean.iter_mut().for_each(|mean| *mean /= n);
    let centred: Vec<Vec<f32>> = vectors
        .iter()
        .map(|vector| vector.iter().zip(&mean).map(|(value, mean)| value - mean).collect())
        .collect();
    let all: f32 = centred.iter().flatten().map(|value| value * value).sum();
    let first = direction(&centred, None, n_dims);
    let second = direction(&centred, Some(&first), n_dims);
    let places: Vec<[f32; 2]> =
        centred.iter().map(|vector| [dot(vector, &first), dot(vector, &second)]).collect();
    let variances = [0, 1].map(|axis| places.iter().map(|at| at[axis] * at[axis]).sum::<f32>());
    let scale = variances.map(|variance| (variance / n).sqrt().max(1e-9));
    let places = places.iter().map(|at| [at[0] / scale[0], at[1] / scale[1]]).collect();
    (places, variances.map(|variance| if all > 0.0 { variance / all } else { 0.0 }))
}

/// The direction of most variance, at right angles to `other`; its largest part points up.
fn direction(centred: &[Vec<f32>], other: Option<&[f32]>, n_dims: usize) -> Vec<f32> {
    // Not at right angles to anything likely.
    let mut direction: Vec<f32> =
        (0..n_dims).map(|idx| 1.0 + 0.37 * ((idx * 7919 % 101) as f32 / 101.0)).collect();
    for _ in 0..N_ROUNDS {
        let mut next = vec![0.0f32; n_dims];
        for vector in centred {
            let along = dot(vector, &direction);
            next.iter_mut().zip(vector).for_each(|(next, value)| *next += along * value);
        }
        if let Some(other) = other {
            let along = dot(&next, other);
            next.iter_mut().zip(other).for_each(|(next, value)| *next -= along * value);
        }
        let length = dot(&next, &next).sqrt();
        if length <= 1e-9 {
            return vec![0.0; n_dims];
        }
        next.iter_mut().for_each(|value| *value /= length);
        direction = next;
    }
    let largest = direction.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs()));
    if largest.is_some_and(|largest| largest < 0.0) {
        direction.iter_mut().for_each(|value| *value = -*value);
    }
    direction
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plane_lies_where_the_points_differ_most() {
        let points: Vec<Vec<f32>> = (0..200)
            .map(|idx| {
                let (a, b) = ((idx % 20) as f32 - 9.5, (idx / 20) as f32 - 4.5);
                vec![0.01 * (idx % 3) as f32, 3.0 * a, b, 5.0]
            })
            .collect();
        let views: Vec<&[f32]> = points.iter().map(Vec::as_slice).collect();
        let (places, shares) = project(&views);
        assert!(shares[0] > 0.9 && shares[1] > 0.01 && shares[0] + shares[1] > 0.99, "{shares:?}");
        for (place, point) in places.iter().zip(&points) {
            assert_eq!(place[0] > 0.0, point[1] > 0.0);
            assert_eq!(place[1] > 0.0, point[2] > 0.0);
        }
    }

    #[test]
    fn none_one_and_equal_points_lie_in_the_middle() {
        assert_eq!(project(&[]).0, Vec::<[f32; 2]>::new());
        let point = [0.3, -0.2, 0.9];
        for n in [1, 5] {
            let (places, shares) = project(&vec![&point[..]; n]);
            assert!(places.iter().all(|place| place.iter().all(|value| value.abs() < 1e-3)));
            assert!(shares.iter().all(|share| share.is_finite()));
        }
    }
}
