//! The references and scenes closest to a file, with the share that each aspect has.

use advice::{Aspect, Weights};

/// Reads `tempo=1,timbre=0`; aspects left out count 1.
pub(crate) fn parse_weights(text: &str) -> Result<Weights, String> {
    let mut weights = Weights::default();
    for part in text.split(',') {
        let (name, value) = part
            .split_once('=')
            .ok_or_else(|| format!("expected ASPECT=WEIGHT as in tempo=1, read '{part}'"))?;
        let aspect = Aspect::parse(name.trim()).ok_or_else(|| {
            let known: Vec<&str> = Aspect::ALL.into_iter().map(Aspect::name).collect();
            format!("'{name}' is no aspect; expected one of {}", known.join(", "))
        })?;
        weights.0[aspect.index()] = value
            .trim()
            .parse()
            .ok()
            .filter(|weight: &f32| (0.0..=1000.0).contains(weight))
            .ok_or_else(|| format!("'{part}': expected a number from 0 to 1000"))?;
    }
    if weights.0.iter().all(|weight| *weight == 0.0) {
        return Err("expected at least one weight above 0".into());
    }
    Ok(weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_name_aspects_and_the_rest_counts_one() {
        let weights = parse_weights("tempo=2, timbre=0").unwrap();
        assert_eq!(weights.0[Aspect::Tempo.index()], 2.0);
        assert_eq!(weights.0[Aspect::Timbre.index()], 0.0);
        assert_eq!(weights.0[Aspect::Key.index()], 1.0);
    }

    #[test]
    fn weights_that_make_no_sense_are_refused() {
        for text in ["mood=1", "tempo", "tempo=-1", "tempo=nan", "tempo=1e9", ""] {
            assert!(parse_weights(text).is_err(), "{text}");
        }
    }
}
