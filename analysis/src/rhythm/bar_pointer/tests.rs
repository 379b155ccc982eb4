use super::*;
use crate::config::TempoRange;

#[test]
fn even_beats_are_traced_back_evenly_whatever_the_bar() {
    for (n_positions, len) in [(3, 53), (4, 53), (4, 61), (2, 40)] {
        let space = BeatSpace::new(TempoRange::default(), 100.0);
        let mut pointer = BarPointer::new(&space, n_positions, 8192);
        for t in 0..30 * len {
            let beat = if t % len < 4 { 3.0 } else { -2.5 };
            let first = if t / len % n_positions == 0 { 1.0 } else { -1.0 };
            pointer.push(Odds { beat: beat - first, downbeat: beat + first });
        }
        let path: Vec<PathBeat> = pointer.path().collect();
        assert!(path.len() >= 29, "{path:?}");
        for pair in path.windows(2) {
            assert_eq!(pair[0].at - pair[1].at, len, "{path:?}");
            assert_eq!(pair[0].position, (pair[1].position + 1) % n_positions);
        }
    }
}
