//! Makes the compact chord tables of `advice/data/harmony` from n-gram counts by scale degree.
//!
//! `cargo run -p advice --example derive_chord_counts -- COUNTS.json OUT.json`, where COUNTS.json has
//! `source`, `licence`, `repertoire`, `songs` by mode and `ngrams` by mode, length and succession
//! (`"IV V I": 1515`). Contexts are reduced to triads, so that what a chord recogniser confuses
//! (`V` and `V7`) is counted together; the chord that follows keeps its quality.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;

use serde_json::{Map, Value, json};

/// Contexts counted less often are left out: the program shortens them instead.
const MIN_CONTEXT: u64 = 30;
/// Continuations kept per context.
const N_KEPT: usize = 8;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().collect();
    let [_, counts, out] = args.as_slice() else {
        return Err("expected two arguments: COUNTS.json OUT.json".into());
    };
    let counts: Value = serde_json::from_str(&fs::read_to_string(counts)?)?;
    let mut modes = Map::new();
    for mode in ["major", "minor"] {
        let mut contexts: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
        for length in ["2", "3", "4"] {
            let ngrams = counts["ngrams"][mode][length].as_object().ok_or("no n-grams")?;
            for (succession, count) in ngrams {
                let Some((context, next)) = succession.rsplit_once(' ') else { continue };
                let context: Vec<String> = context.split(' ').map(triad).collect();
                *contexts
                    .entry(context.join(" "))
                    .or_default()
                    .entry(next.to_owned())
                    .or_default() += count.as_u64().unwrap_or(0);
            }
        }
        let mut table = Map::new();
        for (context, nexts) in contexts {
            let total: u64 = nexts.values().sum();
            if total < MIN_CONTEXT {
                continue;
            }
            let mut nexts: Vec<_> = nexts.into_iter().collect();
            nexts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
            nexts.truncate(N_KEPT);
            table.insert(context, json!({ "n": total, "next": nexts }));
        }
        modes.insert(mode.to_owned(), Value::Object(table));
    }
    let n_songs: u64 =
        counts["songs"].as_object().ok_or("no songs")?.values().filter_map(Value::as_u64).sum();
    let derived = json!({
        "source": counts["source"],
        "licence": counts["licence"],
        "repertoire": counts["repertoire"],
        "n_songs": n_songs,
        "modes": modes,
    });
    fs::write(out, serde_json::to_string(&derived)? + "\n")?;
    Ok(())
}

/// `V7` is `V`, `IIh7` is `IIo`, `Isus` stays; power chords stay `5`.
fn triad(degree: &str) -> String {
    for (long, short) in [("maj7", ""), ("m7", "m"), ("h7", "o"), ("7", "")] {
        if let Some(stem) = degree.strip_suffix(long) {
            return format!("{stem}{short}");
        }
    }
    degree.to_owned()
}
