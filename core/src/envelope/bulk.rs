//! Whole messages in memory, by as many workers as there are: frames are independent of one another.

use super::frames::{Frames, LAST, Piece, iv};
use super::gcm::{IV, TAG};
use super::header::bad;
use super::refused::Refused;
use alloc::{boxed::Box, vec::Vec};
use core::fmt;

/// A part of the work, which needs no other part.
pub type Job<'a> = Box<dyn FnOnce() + Send + 'a>;

/// Who does parts of the work: a face's threads, or the caller itself.
pub trait Workers: fmt::Debug + Sync {
    /// How many parts are done at once.
    fn count(&self) -> usize;

    /// Does every job, in any order, and returns when all are done.
    fn run<'a>(&self, jobs: Vec<Job<'a>>);
}

/// The caller does all of the work.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to add")]
pub struct Alone;

impl Workers for Alone {
    fn count(&self) -> usize {
        1
    }

    fn run<'a>(&self, jobs: Vec<Job<'a>>) {
        jobs.into_iter().for_each(|job| job());
    }
}

/// Less is not worth a thread.
const SHARED: usize = 1 << 20;

/// Seals the frames before the last one, of `frame` bytes each, into `out`, which is as long as they become.
pub(super) fn seal_frames(
    frames: &Frames,
    frame: usize,
    plaintext: &[u8],
    out: &mut [u8],
    workers: &dyn Workers,
) -> Result<(), Refused> {
    let each = frames_each(plaintext.len(), frame, workers);
    let texts = plaintext.chunks(frame.saturating_mul(each));
    let slots = out.chunks_mut(frame.saturating_add(Piece::Regular.around()).saturating_mul(each));
    let work = texts.zip(slots).zip(firsts(each)).map(|((text, slot), first)| {
        move || {
            let frames_of = text.chunks(frame).zip(slot.chunks_mut(frame.saturating_add(Piece::Regular.around())));
            frames_of
                .zip(first..)
                .try_for_each(|((text, slot), number)| seal_piece(frames, Piece::Regular, number, text, slot))
        }
    });
    all(work, workers)
}

/// Opens the frames before the last one into `out`, which is as long as their plaintext.
pub(super) fn open_frames(
    frames: &Frames,
    frame: usize,
    sealed: &[u8],
    out: &mut [u8],
    workers: &dyn Workers,
) -> Result<(), Refused> {
    let each = frames_each(out.len(), frame, workers);
    let texts = sealed.chunks(frame.saturating_add(Piece::Regular.around()).saturating_mul(each));
    let slots = out.chunks_mut(frame.saturating_mul(each));
    let work = texts.zip(slots).zip(firsts(each)).map(|((text, slot), first)| {
        move || {
            let frames_of = text.chunks(frame.saturating_add(Piece::Regular.around())).zip(slot.chunks_mut(frame));
            frames_of
                .zip(first..)
                .try_for_each(|((text, slot), number)| open_piece(frames, Piece::Regular, number, text, slot))
        }
    });
    all(work, workers)
}

/// Seals a piece into `out`, which is as long as it becomes.
pub(super) fn seal_piece(
    frames: &Frames,
    piece: Piece,
    number: u32,
    plaintext: &[u8],
    mut out: &mut [u8],
) -> Result<(), Refused> {
    let out = &mut out;
    if piece == Piece::Last {
        put(out, &LAST.to_be_bytes())?;
    }
    if piece != Piece::Whole {
        put(out, &number.to_be_bytes())?;
    }
    put(out, &iv(number))?;
    let length = plaintext.len() as u64;
    match piece {
        Piece::Regular => {}
        Piece::Last => put(out, &u32::try_from(length).map_err(|_| Refused::TooLong)?.to_be_bytes())?,
        Piece::Whole => put(out, &length.to_be_bytes())?,
    }
    frames.seal(piece, number, plaintext, out)
}

/// Opens a piece into `out`, which is as long as its plaintext; the number is the one that it has to have.
pub(super) fn open_piece(
    frames: &Frames,
    piece: Piece,
    number: u32,
    sealed: &[u8],
    out: &mut [u8],
) -> Result<(), Refused> {
    let rest = &mut &*sealed;
    if piece == Piece::Last && take(rest)? != LAST.to_be_bytes() {
        return Err(Refused::NotAuthentic);
    }
    if piece != Piece::Whole && take(rest)? != number.to_be_bytes() {
        return Err(Refused::NotAuthentic);
    }
    let iv = take::<IV>(rest)?;
    let length = match piece {
        Piece::Regular => out.len() as u64,
        Piece::Last => u32::from_be_bytes(take(rest)?).into(),
        Piece::Whole => u64::from_be_bytes(take(rest)?),
    };
    let (text, tag) = rest.split_last_chunk::<TAG>().ok_or(Refused::Cut)?;
    if length != out.len() as u64 || text.len() != out.len() {
        return Err(Refused::NotAuthentic);
    }
    frames.open(piece, number, &iv, (text, tag), out)
}

/// How many whole frames stand before the last one. Where `body` is as long as with `footer` bytes after that frame, its
/// length tells; other footers are found by walking from frame to frame.
pub(super) fn regular_frames(body: &[u8], frame: usize, footer: usize) -> Result<usize, Refused> {
    let whole = frame.saturating_add(Piece::Regular.around());
    let guess =
        body.len().saturating_sub(footer).saturating_sub(Piece::Last.around()).checked_div(whole).unwrap_or_default();
    let rest = body.get(guess.saturating_mul(whole)..).unwrap_or_default();
    let marked = rest.starts_with(&LAST.to_be_bytes());
    if marked
        && last_length(rest, frame)
            .is_ok_and(|last| last.saturating_add(Piece::Last.around()).saturating_add(footer) == rest.len())
    {
        return Ok(guess);
    }
    let mut rest = body;
    let mut count = 0_usize;
    loop {
        let (mark, _) = rest.split_first_chunk().ok_or(Refused::Cut)?;
        if u32::from_be_bytes(*mark) == LAST {
            return Ok(count);
        }
        rest = rest.get(whole..).ok_or(Refused::Cut)?;
        count = count.saturating_add(1);
    }
}

/// Bytes of plaintext in the last frame, of which `body` is the beginning.
pub(super) fn last_length(body: &[u8], frame: usize) -> Result<usize, Refused> {
    let length = body.get(4 + 4 + IV..).and_then(<[u8]>::first_chunk).ok_or(Refused::Cut)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
    if length > frame { Err(bad("its last frame is longer than a frame")) } else { Ok(length) }
}

/// So many frames are one part of the work.
fn frames_each(plaintext: usize, frame: usize, workers: &dyn Workers) -> usize {
    let parts = workers.count().min(plaintext / SHARED).max(1);
    plaintext.div_ceil(frame.max(1)).div_ceil(parts).max(1)
}

/// The numbers of the first frames of parts.
fn firsts(each: usize) -> impl Iterator<Item = u32> {
    // Frames are fewer than 2^32: what does not fit is none.
    (0_usize..).map(move |nth| u32::try_from(nth.saturating_mul(each).saturating_add(1)).unwrap_or(LAST))
}

/// Does all of `work`; the first refusal, in the order of the message, stands for it.
fn all<'a>(
    work: impl Iterator<Item = impl FnOnce() -> Result<(), Refused> + Send + 'a>,
    workers: &dyn Workers,
) -> Result<(), Refused> {
    let mut work: Vec<_> = work.map(|each| (Some(each), Ok(()))).collect();
    let jobs = work.iter_mut().map(|(each, result)| -> Job<'_> {
        Box::new(move || {
            if let Some(each) = each.take() {
                *result = each();
            }
        })
    });
    workers.run(jobs.collect());
    work.into_iter().try_for_each(|(_, result)| result)
}

/// Writes `bytes` to the beginning of `out`, and leaves what follows.
fn put(out: &mut &mut [u8], bytes: &[u8]) -> Result<(), Refused> {
    out.split_off_mut(..bytes.len()).ok_or(Refused::TooLong)?.copy_from_slice(bytes);
    Ok(())
}

/// Takes bytes from the beginning of `rest`.
fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], Refused> {
    let (bytes, after) = rest.split_first_chunk().ok_or(Refused::Cut)?;
    *rest = after;
    Ok(*bytes)
}
