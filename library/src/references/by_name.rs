//! References by name: called just so first, then beginning so, then having it in them.
//!
//! Every name is looked at once, in the indexes that the database has of them, and only the best are
//! kept: the time grows with the number of references and with nothing else.

use std::collections::BinaryHeap;
use std::ops::ControlFlow;
use std::time::Duration;

use advice::{NamedReference, TrackId};

use super::{References, title_of};
use crate::error::LibraryError;
use crate::folded::{fold_onto, folded};
use crate::store::{Label, Store};

/// Names looked at between two looks at whether the answer is still wanted.
const N_AT_ONCE: u32 = 1_024;

/// How long another process may hold the database before it counts as an error: who drops a search
/// waits no longer for it, and it is easily tried again.
const PATIENCE: Duration = Duration::from_millis(250);

/// References told at most that have a name in theirs.
const N_CALLED: usize = 200;

/// How a name fits what was asked for, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// The title, the file's name or the whole path is just that.
    Exact,
    /// The title or the file's name begins with it.
    Begins,
    /// The title or the file's name has it.
    Has,
    /// A folder on the way to the file has it.
    InFolder,
}

/// In the order in which they are shown.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    fit: Fit,
    /// Folded.
    name: String,
    id: u32,
}

/// A reference that was found, and how its name fits.
struct Called {
    fit: Fit,
    id: u32,
    label: Label,
}

impl References {
    /// At most `n` references that are called `name` or have it in title or path, in capitals or
    /// not: those called just so, then those that begin with it, then those that have it, each by
    /// name. Opens the database anew, so that nothing else waits for it; reads every name, so not
    /// for a thread that draws. `None` where `is_wanted` says before or meanwhile that nobody waits
    /// any more; it is asked often enough that the answer is a matter of milliseconds, and of
    /// a quarter of a second where another process holds the database.
    ///
    /// # Errors
    /// Where the library's database can't be read, or another process holds it longer than that.
    pub fn named(
        &self,
        name: &str,
        n: usize,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<NamedReference>>, LibraryError> {
        let open = || Store::open_to_read_within(&self.dir, PATIENCE);
        let found = self.by_name(name, n, open, is_wanted)?;
        Ok(found.map(|found| {
            let named = |Called { id, label, .. }| NamedReference {
                track: TrackId(id),
                title: title_of(&label),
                artist: label.artist,
                path: label.path.display().to_string(),
            };
            found.into_iter().map(named).collect()
        }))
    }

    /// The references that are called `name`; where none is called just so, those that have it in
    /// title or path, no more than a few hundred.
    pub(super) fn called(&self, name: &str) -> Result<Vec<(u32, Label)>, LibraryError> {
        let found = self
            .by_name(name, N_CALLED, || Store::open_to_read(&self.dir), &|| true)?
            .unwrap_or_default();
        let n_exact = found.iter().filter(|it| it.fit == Fit::Exact).count();
        let n = if n_exact == 0 { found.len() } else { n_exact };
        Ok(found.into_iter().take(n).map(|it| (it.id, it.label)).collect())
    }

    fn by_name(
        &self,
        name: &str,
        n: usize,
        open: impl FnOnce() -> Result<Store, LibraryError>,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<Called>>, LibraryError> {
        let wanted = folded(name.trim());
        if wanted.is_empty() || self.is_empty() {
            return Ok(Some(Vec::new()));
        }
        if !is_wanted() {
            return Ok(None);
        }
        let store = open()?;
        if !is_wanted() {
            return Ok(None);
        }
        let is_here = |id| self.has(id);
        // A track may be found by its title and by its file.
        let mut best = Best { most: n.saturating_mul(2), found: BinaryHeap::new() };
        let mut n_looked_at = 0_u32;
        let mut go_on = || {
            n_looked_at = n_looked_at.wrapping_add(1);
            if n_looked_at.is_multiple_of(N_AT_ONCE) && !is_wanted() {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        };
        let mut title = String::new();
        store.each_title(|id, text| {
            title.clear();
            fold_onto(&mut title, text.trim());
            if let Some(fit) = fit_of(&title, &wanted) {
                best.offer(fit, &title, id, &is_here);
            }
            go_on()
        })?;
        if !is_wanted() {
            return Ok(None);
        }
        let mut path = FoldedPath::default();
        store.each_path(|id, text| {
            path.read(text);
            if let Some(fit) = path.fit_of(&wanted) {
                best.offer(fit, path.stem(), id, &is_here);
            }
            go_on()
        })?;
        if !is_wanted() {
            return Ok(None);
        }
        let mut labels = Vec::new();
        let mut seen = Vec::new();
        for Found { fit, id, .. } in best.found.into_sorted_vec() {
            if labels.len() < n
                && !seen.contains(&id)
                && let Some(label) = store.label(id)?
            {
                seen.push(id);
                labels.push(Called { fit, id, label });
            }
        }
        Ok(Some(labels))
    }
}

fn fit_of(name: &str, wanted: &str) -> Option<Fit> {
    match name.find(wanted)? {
        0 if name.len() == wanted.len() => Some(Fit::Exact),
        0 => Some(Fit::Begins),
        _ => Some(Fit::Has),
    }
}

/// Those that fit best of all that were offered.
struct Best {
    most: usize,
    /// The worst on top.
    found: BinaryHeap<Found>,
}

impl Best {
    fn offer(&mut self, fit: Fit, name: &str, id: u32, is_here: &dyn Fn(u32) -> bool) {
        if self.found.len() >= self.most {
            let worst = self.found.peek();
            if worst.is_none_or(|it| (it.fit, it.name.as_str(), it.id) <= (fit, name, id)) {
                return;
            }
        }
        // Those put in after the library was opened have no fingerprint here.
        if !is_here(id) {
            return;
        }
        self.found.push(Found { fit, name: name.to_owned(), id });
        if self.found.len() > self.most {
            self.found.pop();
        }
    }
}

/// A path, folded part by part: a folded character may look like what separates them.
#[derive(Default)]
struct FoldedPath {
    text: String,
    /// Bytes of `text` before the file's name, and before its extension.
    name_at: usize,
    stem_end: usize,
}

impl FoldedPath {
    fn read(&mut self, path: &str) {
        let (folder, name) =
            path.split_at(path.rfind(std::path::is_separator).map_or(0, |at| at + 1));
        // As `Path::file_stem` has it: a leading point begins no extension.
        let (stem, extension) = match name.rfind('.') {
            Some(at) if at > 0 => name.split_at(at),
            _ => (name, ""),
        };
        self.text.clear();
        fold_onto(&mut self.text, folder);
        self.name_at = self.text.len();
        fold_onto(&mut self.text, stem);
        self.stem_end = self.text.len();
        fold_onto(&mut self.text, extension);
    }

    fn name(&self) -> &str {
        self.text.get(self.name_at..).unwrap_or_default()
    }

    fn stem(&self) -> &str {
        self.text.get(self.name_at..self.stem_end).unwrap_or_default()
    }

    fn fit_of(&self, wanted: &str) -> Option<Fit> {
        // The whole is looked through once; most paths have nothing of it.
        let at = self.text.find(wanted)?;
        if self.stem().trim() == wanted || self.text == wanted {
            return Some(Fit::Exact);
        }
        let in_name =
            if at >= self.name_at { Some(at - self.name_at) } else { self.name().find(wanted) };
        Some(match in_name {
            Some(0) if self.name().len() == wanted.len() => Fit::Exact,
            Some(0) => Fit::Begins,
            Some(_) => Fit::Has,
            None => Fit::InFolder,
        })
    }
}
