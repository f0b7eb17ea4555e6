//! Bytes that may not all be there yet.

/// What is left of some bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    taken: usize,
}

/// So many bytes, from the start of the reader, have to be there before it is worth trying again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Missing(pub(super) usize);

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, taken: 0 }
    }

    /// How many bytes were taken.
    pub(super) const fn taken(&self) -> usize {
        self.taken
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn bytes(&mut self, count: usize) -> Result<&'a [u8], Missing> {
        let after = self.taken.saturating_add(count);
        let (bytes, rest) = self.rest.split_at_checked(count).ok_or(Missing(after))?;
        self.rest = rest;
        self.taken = after;
        Ok(bytes)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Missing> {
        let bytes = self.bytes(N)?;
        bytes.try_into().map_err(|_| Missing(self.taken))
    }

    pub(super) fn u8(&mut self) -> Result<u8, Missing> {
        self.array().map(u8::from_be_bytes)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Missing> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Missing> {
        self.array().map(u32::from_be_bytes)
    }

    /// What follows its own length of two bytes.
    pub(super) fn counted(&mut self) -> Result<&'a [u8], Missing> {
        let count = self.u16()?;
        self.bytes(count.into())
    }
}

/// `bytes` after their length in two bytes; `None` when they are too many.
pub(super) fn write_counted(out: &mut alloc::vec::Vec<u8>, bytes: &[u8]) -> Option<()> {
    out.extend_from_slice(&u16::try_from(bytes.len()).ok()?.to_be_bytes());
    out.extend_from_slice(bytes);
    Some(())
}
