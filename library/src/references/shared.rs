//! The libraries that this process has read and still holds.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::SystemTime;

use super::References;
use crate::error::LibraryError;

/// By folder; an entry is only good for the library as it was.
static HELD: Mutex<Option<HashMap<PathBuf, Held>>> = Mutex::new(None);

/// What does not stay as it is when a library changes; of `scenes`, which files lie in it.
const STAMPED: [&str; 4] = ["manifest.json", "meta.sqlite", "meta.sqlite-wal", "scenes"];

struct Held {
    stamp: Stamp,
    references: Weak<References>,
}

/// Size and time of change of what is stamped; `None` for what is missing or empty.
type Stamp = [Option<(u64, SystemTime)>; STAMPED.len()];

pub(super) fn load(dir: &Path) -> Result<Arc<References>, LibraryError> {
    let Ok(folder) = fs::canonicalize(dir) else { return References::load(dir).map(Arc::new) };
    // Held while it is read: a project that is opened has many plugins that ask at the same time.
    let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    let held = held.get_or_insert_default();
    held.retain(|_, held| held.references.strong_count() > 0);
    // Taken before reading, so that a change meanwhile is seen the next time.
    let stamp = stamp(&folder);
    if let Some(known) = held.get(&folder)
        && known.stamp == stamp
        && let Some(references) = known.references.upgrade()
    {
        return Ok(references);
    }
    let references = Arc::new(References::load(dir)?);
    held.insert(folder, Held { stamp, references: Arc::downgrade(&references) });
    Ok(references)
}

fn stamp(folder: &Path) -> Stamp {
    STAMPED.map(|name| {
        let metadata = fs::metadata(folder.join(name)).ok()?;
        // A reader may leave an empty log behind.
        (metadata.len() > 0).then_some((metadata.len(), metadata.modified().ok()?))
    })
}
