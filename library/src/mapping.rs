//! [`FileBytes`]: a file of a library in memory, mapped where it is large.
//!
//! One of the two files with `unsafe` in them. Only large files are mapped: a mapping whose file is
//! cut short by another program, or lies on a disk that is pulled out, ends the whole process when
//! it is read, and up to some twenty thousand references there is no need to run that risk.

#![allow(unsafe_code, reason = "mapping a file is unsafe by nature; the reasons stand beside it")]

use std::fs::File;
use std::io::{self, Read as _};
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;

/// Files from this size on are mapped, in bytes.
const MAPPED_FROM: u64 = 4 << 20;

/// The bytes of a file that is never changed.
#[derive(Debug)]
pub(crate) enum FileBytes {
    Read(Vec<u8>),
    Mapped(Mmap),
}

impl FileBytes {
    /// Reads or maps the file at `path`.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let n_bytes = file.metadata()?.len();
        if n_bytes < MAPPED_FROM {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            return Ok(Self::Read(bytes));
        }
        // SAFETY: the bytes of a mapping must not change while they are borrowed. The files opened
        // here are written under another name, synced and renamed into place (`atomic_file.rs`),
        // and never opened for writing again: a newer one takes their name, or they are removed,
        // and both leave the mapped bytes as they are. What other programs do to the files of a
        // library is beyond us; nothing read here is trusted to be an index or a length.
        Ok(Self::Mapped(unsafe { Mmap::map(&file)? }))
    }
}

impl Deref for FileBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Read(bytes) => bytes,
            Self::Mapped(map) => map,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_files_are_read_and_large_ones_mapped() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        std::fs::write(&path, b"small").unwrap();
        let small = FileBytes::open(&path).unwrap();
        assert!(matches!(small, FileBytes::Read(_)) && &*small == b"small");
        let large = vec![7; MAPPED_FROM as usize];
        std::fs::write(&path, &large).unwrap();
        let bytes = FileBytes::open(&path).unwrap();
        assert!(matches!(bytes, FileBytes::Mapped(_)) && *bytes == large);
    }
}
