//! What a search of a large library costs, and whether it finds what it should: made-up references,
//! compared by the library and one by one.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use advice::{PreparedReferences, ReferenceMatch, TrackId, Weights};
use anyhow::Context;
use library::{Library, MadeUpMusic, References, ThreadClock};
use serde::Serialize;

use crate::analyze::progress_bar;
use crate::median::median;
use crate::say;

/// References made up at a time.
const N_AT_ONCE: u64 = 65_536;
/// References compared one by one at a time: what is exact takes more memory than a library.
const N_EXACT: u64 = 16_384;
/// Questions asked, half of them with pieces of the library.
const N_QUERIES: u64 = 40;
/// References asked for.
const TOP: usize = 10;
/// Repetitions of which the median counts.
const N_REPEATS: usize = 5;

/// A search of a library of made-up references.
#[derive(Debug, Serialize)]
pub(super) struct SearchFigures {
    references: u64,
    build_s: f64,
    disk_mb: f64,
    /// Until the first question can be asked.
    open_ms: f64,
    /// CPU time of a question, one thread.
    query_ms: f64,
    query_worst_ms: f64,
    /// CPU time of reading the bytes that a search reads, and nothing else.
    plain_read_ms: f64,
    query_by_plain_read: f64,
    /// Share of the ten nearest that the search finds, too.
    recall_at_10: f64,
    /// Of the files of the library; `null` where the system does not tell.
    mapped_mb: Option<f64>,
}

/// Builds a library of `n` references in a temporary folder, and asks it.
pub(super) fn search(n: u64) -> anyhow::Result<SearchFigures> {
    let dir = std::env::temp_dir().join(format!("jamboree-bench-library-{}", std::process::id()));
    let figures = search_in(&dir, n);
    let removed = std::fs::remove_dir_all(&dir);
    let figures = figures?;
    removed.with_context(|| format!("{} can't be removed", dir.display()))?;
    Ok(figures)
}

fn search_in(dir: &Path, n: u64) -> anyhow::Result<SearchFigures> {
    say(&format!("making up {n} references in {}…", dir.display()));
    let music = MadeUpMusic::new();
    let begin = Instant::now();
    build(dir, &music, n)?;
    let build_s = begin.elapsed().as_secs_f64();

    say("asking…");
    let mut times = Vec::new();
    for _ in 0..N_REPEATS {
        let begin = Instant::now();
        let references = References::load(dir)?;
        times.push(begin.elapsed().as_secs_f64() * 1e3);
        drop(references);
    }
    let open_ms = median(&mut times).unwrap_or_default();
    let references = References::load(dir)?;
    let (plain_read_ms, _) = timed(|| references.read_sketches());
    let mut found = Vec::new();
    let mut times = Vec::new();
    for query in 0..N_QUERIES {
        let here = music.piece(seed_of(query, n));
        let clock = ThreadClock::start();
        found.push(references.rank(&here, &Weights::default(), TOP)?);
        times.push(clock.seconds() * 1e3);
    }
    let worst = times.iter().copied().fold(0.0, f64::max);
    let mapped_mb = mapped_mb();
    let query_ms = median(&mut times).unwrap_or_default();

    say("comparing one by one…");
    let exact = exactly(&music, n);
    Ok(SearchFigures {
        references: n,
        build_s,
        disk_mb: disk_bytes(dir) as f64 / 1e6,
        open_ms,
        query_ms,
        query_worst_ms: worst,
        plain_read_ms,
        query_by_plain_read: query_ms / plain_read_ms.max(1e-6),
        recall_at_10: recall(&found, &exact),
        mapped_mb,
    })
}

fn build(dir: &Path, music: &MadeUpMusic, n: u64) -> anyhow::Result<()> {
    let mut library = Library::open_or_create(dir)?;
    let bar = progress_bar(n as usize);
    for from in (0..n).step_by(N_AT_ONCE as usize) {
        let to = n.min(from + N_AT_ONCE);
        library.add_made_up(music, from..to)?;
        bar.set_position(to);
    }
    bar.finish_and_clear();
    Ok(())
}

/// Every second question is a piece of the library.
fn seed_of(query: u64, n: u64) -> u64 {
    if query.is_multiple_of(2) { n + query } else { query * n / N_QUERIES }
}

/// The nearest to every question, all references compared.
fn exactly(music: &MadeUpMusic, n: u64) -> Vec<Vec<ReferenceMatch>> {
    let mut nearest: Vec<Vec<ReferenceMatch>> = vec![Vec::new(); N_QUERIES as usize];
    let bar = progress_bar(n as usize);
    for from in (0..n).step_by(N_EXACT as usize) {
        let to = n.min(from + N_EXACT);
        let pieces: Vec<_> =
            (from..to).map(|seed| (TrackId(seed as u32 + 1), music.piece(seed))).collect();
        let prepared = PreparedReferences::new(pieces.iter().map(|(id, piece)| (*id, piece)));
        for (query, nearest) in (0..N_QUERIES).zip(&mut nearest) {
            let here = music.piece(seed_of(query, n));
            nearest.extend(prepared.rank(&here, &Weights::default(), TOP));
            nearest.sort_by(ReferenceMatch::nearer_first);
            nearest.truncate(TOP);
        }
        bar.set_position(to);
    }
    bar.finish_and_clear();
    nearest
}

fn recall(found: &[Vec<ReferenceMatch>], exact: &[Vec<ReferenceMatch>]) -> f64 {
    let (mut n_found, mut n_all) = (0, 0);
    for (found, exact) in found.iter().zip(exact) {
        n_all += exact.len();
        let is_found = |one: &&ReferenceMatch| found.iter().any(|it| it.track == one.track);
        n_found += exact.iter().filter(is_found).count();
    }
    f64::from(n_found as u32) / f64::from((n_all as u32).max(1))
}

/// Milliseconds of CPU, the median of a few.
fn timed<T>(what: impl Fn() -> T) -> (f64, T) {
    let once = || {
        let clock = ThreadClock::start();
        let result = std::hint::black_box(what());
        (clock.seconds() * 1e3, result)
    };
    let mut last = once();
    let mut times = vec![last.0];
    for _ in 1..4 * N_REPEATS {
        last = once();
        times.push(last.0);
    }
    (median(&mut times).unwrap_or_default(), last.1)
}

/// Megabytes of sketches that are mapped.
fn mapped_mb() -> Option<f64> {
    let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
    let length = |line: &str| {
        let (from, to) = line.split(' ').next()?.split_once('-')?;
        Some(u64::from_str_radix(to, 16).ok()? - u64::from_str_radix(from, 16).ok()?)
    };
    let ours = maps.lines().filter(|line| line.contains("vectors-"));
    Some(ours.filter_map(length).sum::<u64>() as f64 / 1e6)
}

fn disk_bytes(dir: &Path) -> u64 {
    let files = std::fs::read_dir(dir).into_iter().flatten().flatten();
    files.filter_map(|file| file.metadata().ok()).map(|metadata| metadata.len()).sum()
}

/// The figures as a table.
pub(super) fn print(out: &mut impl Write, figures: &SearchFigures) -> std::io::Result<()> {
    let SearchFigures { references, build_s, disk_mb, open_ms, .. } = figures;
    writeln!(out, "library of {references} made-up references, {disk_mb:.0} MB on the disk")?;
    writeln!(out, "  built in {build_s:.0} s, opened in {open_ms:.1} ms")?;
    writeln!(
        out,
        "  a search: {:.2} ms of one core at the median, {:.2} ms at most; {:.2} times a plain read \
         of the same bytes ({:.2} ms)",
        figures.query_ms,
        figures.query_worst_ms,
        figures.query_by_plain_read,
        figures.plain_read_ms
    )?;
    writeln!(out, "  finds {:.1} % of the ten nearest", figures.recall_at_10 * 100.0)?;
    if let Some(mapped_mb) = figures.mapped_mb {
        writeln!(out, "  {mapped_mb:.0} MB mapped")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_of_made_up_references_finds_the_ten_nearest() {
        let figures = search(3_000).unwrap();
        assert_eq!(figures.recall_at_10, 1.0);
        assert!(figures.query_ms > 0.0 && figures.open_ms > 0.0 && figures.disk_mb > 1.0);
    }
}
