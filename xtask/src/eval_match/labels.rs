//! Recordings and the groups they belong to: a table, or a folder of folders.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use library::audio_files;

/// Columns that name the group, the first there is counts.
const GROUP_COLUMNS: [&str; 5] = ["group", "soundtrack", "album", "genre", "style"];

/// A recording and what it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Labelled {
    pub(super) path: PathBuf,
    /// As the set calls it: the path in its table, or inside its folder.
    pub(super) inside: PathBuf,
    pub(super) group: String,
}

/// Recordings that are compared with each other.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Set {
    /// As it was given.
    pub(super) name: String,
    pub(super) files: Vec<Labelled>,
}

impl Set {
    /// Reads a table with the column `file` and one for the group, `column` or the first of those
    /// known; or a folder, where every folder inside is a group. Of a table that has the column
    /// `set`, only the rows of `only` count.
    pub(super) fn read(
        path: &Path,
        column: Option<&str>,
        only: Option<&str>,
    ) -> anyhow::Result<Self> {
        let files = match path.is_dir() {
            true => of_folder(path),
            false => of_table(path, column, only)?,
        };
        if files.len() < 2 {
            bail!("{}: fewer than two recordings with a group; expected more", path.display());
        }
        let set = only.map(|set| format!(", set {set}")).unwrap_or_default();
        Ok(Self { name: format!("{}{set}", path.display()), files })
    }
}

fn of_folder(path: &Path) -> Vec<Labelled> {
    let files = audio_files(&[path.to_owned()]).into_iter();
    let with_group = files.filter_map(|file| {
        let inside = file.strip_prefix(path).ok()?.to_owned();
        let mut folders = inside.components();
        let first = folders.next()?;
        folders.next()?;
        let group = first.as_os_str().to_string_lossy().into_owned();
        Some(Labelled { path: file, inside, group })
    });
    with_group.collect()
}

fn of_table(
    path: &Path,
    column: Option<&str>,
    only: Option<&str>,
) -> anyhow::Result<Vec<Labelled>> {
    let shown = path.display();
    let base = std::path::absolute(path)?.parent().map(Path::to_path_buf).unwrap_or_default();
    let mut reader =
        csv::Reader::from_path(path).with_context(|| format!("table {shown} can't be read"))?;
    let headers = reader.headers()?.clone();
    let place = |name: &str| headers.iter().position(|header| header == name);
    let file = place("file")
        .with_context(|| format!("table {shown}: expected a header with the column `file`"))?;
    let known = match column {
        Some(column) => place(column),
        None => GROUP_COLUMNS.into_iter().find_map(place),
    };
    let group = known.with_context(|| match column {
        Some(column) => format!("table {shown} has no column `{column}`"),
        None => format!("table {shown}: expected a column named {}", GROUP_COLUMNS.join(", ")),
    })?;
    let set = only.and(place("set"));
    let mut files = Vec::new();
    for record in reader.records() {
        let record = record.with_context(|| format!("table {shown}"))?;
        let field = |idx: usize| record.get(idx).unwrap_or_default().trim();
        let counts = set.is_none_or(|set| Some(field(set)) == only);
        if counts && !field(file).is_empty() && !field(group).is_empty() {
            files.push(Labelled {
                path: base.join(field(file)),
                inside: PathBuf::from(field(file)),
                group: field(group).to_owned(),
            });
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, column: Option<&str>, only: Option<&str>) -> anyhow::Result<Set> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("labels.csv");
        std::fs::write(&path, text).unwrap();
        Set::read(&path, column, only)
    }

    #[test]
    fn the_column_of_the_group_is_found_or_named() {
        let text = "file,soundtrack,mood\na.wav,one,calm\nb.wav,two,calm\n";
        assert_eq!(read(text, None, None).unwrap().files[1].group, "two");
        let named = read(text, Some("mood"), None).unwrap();
        assert_eq!(named.files[1].group, "calm");
        assert!(named.files[0].path.ends_with("a.wav") && named.files[0].path.is_absolute());
    }

    #[test]
    fn other_sets_and_rows_without_a_group_do_not_count() {
        let text = "file,set,genre\na,x,g\nb,x,g\nc,y,g\nd,x,\n";
        assert_eq!(read(text, None, Some("x")).unwrap().files.len(), 2);
        assert_eq!(read(text, None, None).unwrap().files.len(), 3);
    }

    #[test]
    fn what_can_not_be_compared_is_said() {
        for (text, said) in [
            ("path,group\na,b\n", "`file`"),
            ("file,title\na,b\n", "soundtrack"),
            ("file,group\na,b\n", "fewer than two"),
        ] {
            assert!(read(text, None, None).unwrap_err().to_string().contains(said), "{text}");
        }
        let missing = read("file,group\na,b\n", Some("mood"), None).unwrap_err();
        assert!(missing.to_string().contains("`mood`"));
    }
}
