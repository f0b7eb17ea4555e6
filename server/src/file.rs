//! A lab kept in a file: read when the server starts, written when it stops in good order.

use kmslab::lab::Lab;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The file, locked for as long as this lives: of two servers on one file, the last to stop would win.
#[derive(Debug)]
pub(crate) struct LabFile {
    path: PathBuf,
    lock: File,
}

/// The file and what stood in it; `None`: it is new, or empty.
pub(crate) type Found = (LabFile, Option<String>);

impl LabFile {
    /// Opens and locks `path`, and makes it if it is not there, for its owner's eyes only.
    pub(crate) fn open(path: &Path) -> io::Result<Found> {
        let mut options = private();
        let mut lock = options.read(true).create(true).truncate(false).open(path)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(io::Error::new(io::ErrorKind::ResourceBusy, "another server is using it"));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let mut text = String::new();
        lock.read_to_string(&mut text)?;
        // Symbolic links are followed once and for all: replacing the file must not replace the link.
        let path = path.canonicalize()?;
        Ok((Self { path, lock }, (!text.trim().is_empty()).then_some(text)))
    }

    /// Writes a lab into the file that was just made.
    pub(crate) fn begin(&mut self, lab: &mut Lab) -> io::Result<()> {
        self.lock.write_all(lab.save().as_bytes())?;
        self.lock.sync_all()
    }

    /// Replaces the file by `lab` as it is now: wholly, or not at all.
    pub(crate) fn replace(self, lab: &mut Lab) -> io::Result<()> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let next = self.path.with_file_name(format!(".{name}.{}.new", std::process::id()));
        let written = (|| {
            let mut file = private().create(true).truncate(true).open(&next)?;
            file.write_all(lab.save().as_bytes())?;
            file.sync_all()?;
            fs::rename(&next, &self.path)
        })();
        if written.is_err() {
            let _ = fs::remove_file(&next);
        }
        written
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// For writing, and readable to its owner alone: a saved lab holds key material in the clear.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
