//! A reference library on one page: what is in it, how it is spread, what is alike in it.
//!
//! The page needs nothing else: no network, no script, no other file. However large the library, it
//! stays small: distributions are of up to 20,000 tracks, the map of up to 2,000.

mod charts;
mod duplicates;
mod map;
mod page;
mod plane;
mod wheel;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use advice::{ReferenceMatch, TrackId, Weights, Whitening};
use analysis::{Fingerprint, Key};
use anyhow::Context;
use library::{NewFile, References, Totals};

use self::duplicates::Duplicates;

/// Tracks looked at for the distributions and for duplicates.
const N_PIECES: usize = 20_000;
/// Tracks whose nearest neighbour is looked for.
const N_ASKED: usize = 1_000;
/// Pairs shown.
const N_PAIRS: usize = 15;
/// Failed files shown.
const N_FAILURES: usize = 200;

/// Everything the page tells.
struct Summary {
    name: String,
    totals: Totals,
    failures: Vec<(PathBuf, String)>,
    pieces: Vec<Piece>,
    /// The most alike of those that are not the same, the nearest first.
    pairs: Vec<Pair>,
    /// How many pieces were asked for their nearest.
    n_asked: usize,
    duplicates: Duplicates,
}

/// One track.
struct Piece {
    id: TrackId,
    seconds: f64,
    bpm: Option<f32>,
    key: Option<Key>,
    fingerprint: Fingerprint,
    /// The whitened fingerprint.
    vector: Vec<f32>,
}

/// What a track is called.
#[derive(Clone, Debug, Default)]
struct Name {
    title: String,
    artist: String,
    /// The file's own name.
    file: String,
}

/// Two tracks that are alike.
struct Pair {
    one: Name,
    other: Name,
    found: ReferenceMatch,
}

/// Writes the page about the library in `dir`; what it says first, to be told.
pub(crate) fn command(dir: &Path, page: &Path) -> anyhow::Result<String> {
    let summary = gather(dir)?;
    let references = References::load(dir)?;
    let html = page::page(&summary, &|id| name_of(&references, id));
    let write = || -> std::io::Result<()> {
        let mut file = NewFile::beside(page)?;
        file.write_all(html.as_bytes())?;
        file.put_in_place()
    };
    write().with_context(|| format!("{} can't be written", page.display()))?;
    Ok(format!("{}: {}", page.display(), page::headline(&summary)))
}

fn gather(dir: &Path) -> anyhow::Result<Summary> {
    let references = References::load(dir)?;
    let pieces = pieces(&references)?;
    let duplicates = Duplicates::find(&references, &pieces)?;
    let (pairs, n_asked) = pairs(&references, &pieces, &duplicates)?;
    let name = dir.canonicalize().ok().and_then(|dir| dir.file_name()?.to_str().map(str::to_owned));
    Ok(Summary {
        name: name.unwrap_or_else(|| "library".to_owned()),
        totals: references.totals()?,
        failures: references.failures(N_FAILURES)?,
        pairs,
        n_asked,
        duplicates,
        pieces,
    })
}

fn pieces(references: &References) -> anyhow::Result<Vec<Piece>> {
    let piece = |(id, fingerprint): (TrackId, Fingerprint)| Piece {
        id,
        seconds: f64::from(fingerprint.seconds),
        bpm: fingerprint.tempo.map(|tempo| tempo.bpm.0),
        key: fingerprint.key.map(|key| key.key),
        vector: Whitening::shipped().apply(&fingerprint).to_vec(),
        fingerprint,
    };
    Ok(references.sample(N_PIECES)?.into_iter().map(piece).collect())
}

/// The pairs that are most alike without being the same, from up to [`N_ASKED`] pieces, and how
/// many those were.
fn pairs(
    references: &References,
    pieces: &[Piece],
    duplicates: &Duplicates,
) -> anyhow::Result<(Vec<Pair>, usize)> {
    let n_asked = pieces.len().min(N_ASKED);
    let mut found: Vec<(TrackId, ReferenceMatch)> = Vec::new();
    for idx in 0..n_asked {
        let piece = &pieces[idx * pieces.len() / n_asked];
        // Itself, and a few that may be the same.
        let nearest = references.rank(&piece.fingerprint, &Weights::default(), 6)?;
        let other = nearest.into_iter().find(|other| {
            other.track != piece.id && !duplicates.are_the_same(piece.id, other.track)
        });
        found.extend(other.map(|other| (piece.id, other)));
    }
    found.sort_by(|a, b| a.1.nearer_first(&b.1));
    let mut pairs = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (id, found) in found {
        // Two recordings are one pair, however many files there are of each.
        let (a, b) = (duplicates.group(id), duplicates.group(found.track));
        if pairs.len() == N_PAIRS || !seen.insert((a.min(b), a.max(b))) {
            continue;
        }
        let (one, other) = (name_of(references, id), name_of(references, found.track));
        pairs.push(Pair { one, other, found });
    }
    Ok((pairs, n_asked))
}

/// What a track is called; empty where that can't be read any more.
fn name_of(references: &References, id: TrackId) -> Name {
    match references.entry(id) {
        Ok(Some(entry)) => Name {
            file: entry.file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            title: entry.title,
            artist: entry.artist.unwrap_or_default(),
        },
        _ => Name::default(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use library::{Library, MadeUpMusic};

    use super::*;

    #[test]
    fn a_page_about_ten_thousand_tracks_stays_small() {
        let dir = tempfile::tempdir().unwrap();
        let (lib, page) = (dir.path().join("lib"), dir.path().join("page.html"));
        let mut library = Library::open_or_create(&lib).unwrap();
        library.add_made_up(&MadeUpMusic::new(), 0..10_000).unwrap();
        drop(library);
        let begin = Instant::now();
        command(&lib, &page).unwrap();
        println!("made in {:.1} s", begin.elapsed().as_secs_f64());
        let html = std::fs::read_to_string(&page).unwrap();
        assert!(html.len() < 600_000, "{} bytes", html.len());
        assert!(html.contains(">10,000<") && html.matches("<circle").count() == map::N_DRAWN);
        // Made-up music is spread out: hardly anything in it is there twice.
        assert!(html.matches("one recording").count() < 20, "{}", html.len());
        if let Some(keep) = std::env::var_os("JAMBOREE_TEST_PAGE") {
            std::fs::copy(&page, keep).unwrap();
        }
    }
}
