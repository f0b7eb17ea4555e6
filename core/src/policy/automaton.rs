//! Patterns with wildcards as a nondeterministic automaton, whose states are the bits of words.
//!
//! State `n`: `n` symbols of the pattern have been consumed. A `*` is none of them: the state that it stands at stays. The
//! states are taken 64 at a time, each word of them along all of a window of the text; what goes over into the next word is
//! kept as one bit for each byte. Nothing is allocated.
//!
//! Source: Wu and Manber, "Fast text searching allowing errors" (1992).

use super::glob::count;

/// One symbol of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Symbol {
    /// `*`
    Any,
    /// `?`
    One,
    Byte(u8),
}

/// Who is told the symbols of a pattern, one after the other.
pub(super) type Listener<'a> = dyn FnMut(Symbol) + 'a;

/// How many words of states there are: for more symbols than AWS's longest policy has bytes.
const WORDS: usize = 513;
/// How many bytes of the text are gone through at once.
const WINDOW: usize = 4_096;
const BITS: usize = 64;

/// Whether the symbols, which are told once a window, cover all of `text`. `fold`: without regard to the case of ASCII
/// letters. More symbols than a policy can have cover nothing.
///
/// The work is the length of the text times a sixty-fourth of the number of symbols.
pub(super) fn covers(tell: &dyn Fn(&mut Listener<'_>), text: &[u8], fold: bool) -> bool {
    let mut states = [0_u64; WORDS];
    if let Some(first) = states.first_mut() {
        *first = 1;
    }
    let mut accepted = false;
    // An empty text is a window too.
    for window in text.chunks(WINDOW).chain(text.is_empty().then_some(text)) {
        let over = [0; WINDOW / BITS];
        let mut pass = Pass { window, fold, over, states: states.iter_mut(), word: Word::after(None) };
        tell(&mut |symbol| pass.take(symbol));
        accepted = pass.run();
    }
    accepted
}

/// The way of all words along a window.
struct Pass<'a> {
    window: &'a [u8],
    fold: bool,
    /// One bit for each byte of the window: whether consuming it leads into the word's first state.
    over: [u64; WINDOW / BITS],
    /// Those of the words that come.
    states: core::slice::IterMut<'a, u64>,
    word: Word,
}

/// Up to 64 symbols, and the states before each.
struct Word {
    /// How many there are.
    length: usize,
    /// By byte: the symbols that consume it, but for `?`.
    table: [u64; 256],
    /// Those that are `?`: they consume the first byte of a character.
    ones: u64,
    /// The states that stay whatever comes.
    stays: u64,
    /// The states behind a `?`, which stay while its character goes on.
    inside: u64,
}

impl Word {
    /// Without symbols, behind the symbol `last`.
    fn after(last: Option<Symbol>) -> Self {
        Self { length: 0, table: [0; 256], ones: 0, stays: 0, inside: u64::from(last == Some(Symbol::One)) }
    }

    fn add(&mut self, symbol: Symbol, fold: bool) {
        count(1);
        let bit = 1_u64 << (self.length % BITS);
        match symbol {
            Symbol::Any => {
                self.stays |= bit;
                return;
            }
            Symbol::One => {
                self.ones |= bit;
                self.inside |= bit << 1;
            }
            Symbol::Byte(byte) => {
                let other =
                    if byte.is_ascii_lowercase() { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() };
                for byte in [byte, if fold { other } else { byte }] {
                    if let Some(symbols) = self.table.get_mut(usize::from(byte)) {
                        *symbols |= bit;
                    }
                }
            }
        }
        self.length = self.length.saturating_add(1);
    }

    /// Of the states `now`, those whose symbol consumes `byte`, and those that stay.
    fn step(&self, now: u64, byte: u8) -> (u64, u64) {
        // UTF-8 continuation bytes are 0b10xx_xxxx.
        let (first, rest) = if byte & 0xc0 == 0x80 { (0, self.inside) } else { (self.ones, 0) };
        let consumed = now & (self.table.get(usize::from(byte)).copied().unwrap_or_default() | first);
        (consumed, now & (self.stays | rest))
    }
}

/// Short patterns that are held against one text together, as many as have room in a word: each its symbols, and the state
/// behind them.
pub(super) struct Pack<'a> {
    text: &'a [u8],
    word: Word,
    starts: u64,
    ends: u64,
}

impl<'a> Pack<'a> {
    /// For how many symbols there is no room.
    pub(super) const ROOM: usize = BITS;

    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { text, word: Word::after(None), starts: 0, ends: 0 }
    }

    /// Takes the pattern that `tell` tells, of at most `symbols`, which are fewer than [`Self::ROOM`]. Whether one of
    /// those before covers the text, where they had to make room.
    pub(super) fn take(&mut self, symbols: usize, tell: &dyn Fn(&mut Listener<'_>)) -> bool {
        let full = self.word.length.saturating_add(symbols) >= BITS;
        let covered = full && self.covers();
        if full {
            *self = Self::new(self.text);
        }
        let word = &mut self.word;
        self.starts |= 1 << (word.length % BITS);
        tell(&mut |symbol| word.add(symbol, false));
        self.ends |= 1 << (word.length % BITS);
        word.length = word.length.saturating_add(1);
        covered
    }

    /// Whether one of the patterns that it has covers the text.
    pub(super) fn covers(&self) -> bool {
        count(self.text.len());
        let mut now = self.starts;
        for byte in self.text {
            let (consumed, stayed) = self.word.step(now, *byte);
            now = (consumed << 1) | stayed;
        }
        now & self.ends != 0
    }
}

impl Pass<'_> {
    fn take(&mut self, symbol: Symbol) {
        self.word.add(symbol, self.fold);
        if self.word.length == BITS {
            self.run();
            self.word = Word::after(Some(symbol));
        }
    }

    /// Takes the word along the window. Whether the state behind its last symbol is reached then.
    fn run(&mut self) -> bool {
        let word = &self.word;
        let Some(state) = self.states.next() else { return false };
        let mut now = *state;
        if now == 0 && self.over.iter().all(|bits| *bits == 0) {
            return false; // nothing leads here, nor beyond
        }
        count(self.window.len());
        for (bytes, over) in self.window.chunks(BITS).zip(&mut self.over) {
            let mut entering = *over;
            let mut leaving = 0_u64;
            for byte in bytes {
                let (consumed, stayed) = word.step(now, *byte);
                now = (consumed << 1) | stayed | (entering & 1);
                entering >>= 1;
                leaving = (leaving >> 1) | (consumed & (1 << (BITS - 1)));
            }
            // A shorter last chunk has not moved its bits all the way.
            *over = leaving >> (BITS.saturating_sub(bytes.len()) % BITS);
        }
        *state = now;
        now >> (word.length % BITS) & 1 == 1
    }
}
