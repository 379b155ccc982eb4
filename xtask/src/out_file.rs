//! Where a command may write what it was asked for: never over music, never into a library.

use std::path::{Path, PathBuf, absolute};

use library::is_audio_file;

use crate::usage::WrongArgument;

/// Checks that `out`, given as `option`, destroys neither the library nor music.
///
/// # Errors
/// Where it lies inside `library`, or is there and is one of `music` or another audio file.
pub(crate) fn check_out(
    option: &str,
    out: &Path,
    library: &Path,
    music: &[PathBuf],
) -> Result<(), WrongArgument> {
    let refused = |what: &str| {
        Err(WrongArgument(format!("{option} {} {what}; expected another file", out.display())))
    };
    let place = real(out);
    if place.starts_with(real(library)) {
        return refused("lies inside the library");
    }
    if out.is_file() && (is_audio_file(&place) || music.iter().any(|path| real(path) == place)) {
        return refused("is an audio file");
    }
    Ok(())
}

/// Where a path leads, as far as it is there already.
pub(crate) fn real(path: &Path) -> PathBuf {
    let path = absolute(path).unwrap_or_else(|_| path.to_owned());
    let resolved = |there: &Path| {
        let rest = path.strip_prefix(there).ok()?;
        Some(there.canonicalize().ok()?.join(rest))
    };
    path.ancestors().find_map(resolved).unwrap_or_else(|| path.clone())
}
