//! A Python package as a file: a zip archive that is what it should be, or is not opened.

use std::io::{Cursor, Read as _};

use anyhow::{Context, ensure};
use sha2::{Digest as _, Sha256};

/// No file that is wanted is larger.
const MOST_BYTES: u64 = 64 << 20;

/// Checks that `bytes` have the SHA-256 `expected`, in hexadecimal digits.
pub(super) fn verify(bytes: &[u8], expected: &str) -> anyhow::Result<()> {
    let found: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    ensure!(
        found == expected,
        "its SHA-256 is {found}, not {expected}: it was damaged on the way, or is another file"
    );
    Ok(())
}

/// The file `name` in the archive.
pub(super) fn file(archive: &[u8], name: &str) -> anyhow::Result<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).context("not a zip archive")?;
    let file = archive.by_name(name).with_context(|| format!("the package has no {name}"))?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES)
        .read_to_end(&mut bytes)
        .with_context(|| format!("{name} can't be unpacked"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn archive(name: &str, content: &[u8]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn only_the_very_same_bytes_are_accepted() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        verify(b"abc", abc).unwrap();
        assert!(verify(b"abd", abc).unwrap_err().to_string().contains("damaged"));
    }

    #[test]
    fn files_come_out_as_they_went_in() {
        let content: Vec<u8> = (0..10_000u32).map(|i| (i * i % 251) as u8).collect();
        let archive = archive("a/b", &content);
        assert_eq!(file(&archive, "a/b").unwrap(), content);
        assert!(file(&archive, "c").unwrap_err().to_string().contains("no c"));
    }

    #[test]
    fn an_archive_cut_short_is_refused() {
        let whole = archive("a", &[7; 5_000]);
        for len in [0, 10, whole.len() / 2, whole.len() - 1] {
            assert!(file(&whole[..len], "a").is_err(), "{len}");
        }
    }
}
