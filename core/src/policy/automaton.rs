//! Patterns with wildcards as a nondeterministic automaton, whose states are the bits of words.
//!
//! State `n`: `n` symbols of the pattern have been consumed. A `*` is none of them: the state that it stands at stays. The
//! states are taken a block at a time: of one long pattern each block goes along all of a window of the text, and what goes
//! over into the next block is kept as one bit for each byte; short patterns share a block.
//!
//! Source: Wu and Manber, "Fast text searching allowing errors" (1992).

use super::{Values, glob::count};

/// One symbol of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Symbol {
    /// `*`
    Any,
    /// `?`
    One,
    /// `*` that stands for no colon: in the first segments of an ARN.
    AnyInSegment,
    /// `?` that stands for no colon.
    OneInSegment,
    Byte(u8),
}

/// Who is told the symbols of a pattern, one after the other.
pub(super) type Listener<'a> = dyn FnMut(Symbol) + 'a;
/// Tells them.
pub(super) type Teller<'a> = dyn Fn(&mut Listener<'_>) + 'a;

/// One bit for each state of a block.
type Row = [u64; WORDS];
const WORDS: usize = 4;
const BITS: usize = 64;
/// How many symbols a block has.
const SYMBOLS: usize = WORDS * BITS;
/// How many bytes of the text are gone through at once.
const WINDOW: usize = 4_096;

/// Whether the symbols, at most so many of them that are no `*`, cover all of `text`. `fold`: without regard to the case of
/// ASCII letters.
///
/// The work is the length of the text times the number of blocks; the symbols are told, and each block is filled, once a
/// window.
pub(super) fn covers(symbols: usize, tell: &Teller<'_>, text: &[u8], fold: bool) -> bool {
    let mut states = alloc::vec![[0; WORDS]; symbols.saturating_div(SYMBOLS).saturating_add(1)];
    if let Some([first, ..]) = states.first_mut() {
        *first = 1;
    }
    let mut accepted = false;
    // An empty text is a window too.
    for window in text.chunks(WINDOW).chain(text.is_empty().then_some(text)) {
        let over = [0; WINDOW / BITS];
        let mut pass = Pass { window, fold, over, states: states.iter_mut(), block: Block::after(None) };
        tell(&mut |symbol| pass.take(symbol));
        accepted = pass.run();
    }
    accepted
}

/// Up to [`SYMBOLS`] symbols, and the states before each.
struct Block {
    /// How many there are.
    length: usize,
    /// By byte: the symbols that consume it.
    table: [Row; 256],
    /// `?`, and `?` for no colon: they consume the first byte of a character. They are not in the table yet.
    ones: [Row; 2],
    /// By [`class`] of a byte: the states that stay when it comes.
    stays: [Row; 3],
}

/// The kinds of bytes in which states stay: others, colons, and those of which a character goes on.
const fn class(byte: u8) -> usize {
    match byte {
        b':' => 1,
        0x80..=0xbf => 2, // UTF-8 continuation bytes are 0b10xx_xxxx.
        _ => 0,
    }
}

fn set(row: &mut Row, at: usize) {
    if let Some(word) = row.get_mut(at / BITS) {
        *word |= 1 << (at % BITS);
    }
}

fn has(row: Row, at: usize) -> bool {
    row.get(at / BITS).is_some_and(|word| word >> (at % BITS) & 1 == 1)
}

fn merge(row: &mut Row, [a, b, c, d]: Row, [e, f, g, h]: Row) {
    let [to_a, to_b, to_c, to_d] = row;
    *to_a |= a | e;
    *to_b |= b | f;
    *to_c |= c | g;
    *to_d |= d | h;
}

impl Block {
    /// Without symbols, behind the symbol `last`.
    fn after(last: Option<Symbol>) -> Self {
        let mut own = Self { length: 0, table: [[0; WORDS]; 256], ones: [[0; WORDS]; 2], stays: [[0; WORDS]; 3] };
        if matches!(last, Some(Symbol::One | Symbol::OneInSegment)) {
            own.inside(0);
        }
        own
    }

    /// The state at `at` is behind a `?`: it stays while the character goes on.
    fn inside(&mut self, at: usize) {
        let [.., continued] = &mut self.stays;
        set(continued, at);
    }

    fn add(&mut self, symbol: Symbol, fold: bool) {
        count(1);
        let at = self.length;
        let [ones, ones_in_segment] = &mut self.ones;
        let [others, colons, continued] = &mut self.stays;
        match symbol {
            Symbol::Any | Symbol::AnyInSegment => {
                set(others, at);
                set(continued, at);
                if symbol == Symbol::Any {
                    set(colons, at);
                }
                return;
            }
            Symbol::One => set(ones, at),
            Symbol::OneInSegment => set(ones_in_segment, at),
            Symbol::Byte(byte) => {
                let other =
                    if byte.is_ascii_lowercase() { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() };
                for byte in [byte, if fold { other } else { byte }] {
                    if let Some(symbols) = self.table.get_mut(usize::from(byte)) {
                        set(symbols, at);
                    }
                }
            }
        }
        self.length = at.saturating_add(1);
        if !matches!(symbol, Symbol::Byte(_)) {
            self.inside(self.length);
        }
    }

    /// Puts `?` into the table: there are no more symbols.
    fn close(&mut self) {
        let [ones, in_segment] = core::mem::take(&mut self.ones);
        if ones == [0; WORDS] && in_segment == ones {
            return;
        }
        count(256);
        for (at, row) in self.table.iter_mut().enumerate() {
            match class(u8::try_from(at).unwrap_or_default()) {
                0 => merge(row, ones, in_segment),
                1 => merge(row, ones, [0; WORDS]),
                _ => {}
            }
        }
    }

    /// The states after `now` and `byte`, where `enters` says whether one comes from the block before; and, as the highest
    /// bit, whether one goes over into the next.
    #[inline(always)]
    fn step(&self, now: Row, enters: u64, byte: u8) -> (Row, u64) {
        const NONE: Row = [0; WORDS];
        // Each word by itself: a loop would be one in the module that is made for size, and take twice as long.
        let [a, b, c, d] = now;
        let [for_a, for_b, for_c, for_d] = self.table.get(usize::from(byte)).unwrap_or(&NONE);
        let [in_a, in_b, in_c, in_d] = self.stays.get(class(byte)).unwrap_or(&NONE);
        let [from_a, from_b, from_c, from_d] = [a & for_a, b & for_b, c & for_c, d & for_d];
        let next = [
            enters | (from_a << 1) | (a & in_a),
            (from_a >> 63) | (from_b << 1) | (b & in_b),
            (from_b >> 63) | (from_c << 1) | (c & in_c),
            (from_c >> 63) | (from_d << 1) | (d & in_d),
        ];
        (next, from_d)
    }

    /// The same where there are states in the first word alone.
    #[inline(always)]
    fn step_first(&self, now: u64, byte: u8) -> u64 {
        let [symbols, ..] = self.table.get(usize::from(byte)).copied().unwrap_or_default();
        let [stays, ..] = self.stays.get(class(byte)).copied().unwrap_or_default();
        ((now & symbols) << 1) | (now & stays)
    }
}

/// The way of all blocks of a pattern along a window.
struct Pass<'a> {
    window: &'a [u8],
    fold: bool,
    /// One bit for each byte of the window: whether consuming it leads into the block's first state.
    over: [u64; WINDOW / BITS],
    /// Those of the blocks that come.
    states: core::slice::IterMut<'a, Row>,
    block: Block,
}

impl Pass<'_> {
    fn take(&mut self, symbol: Symbol) {
        self.block.add(symbol, self.fold);
        if self.block.length == SYMBOLS {
            self.run();
            self.block = Block::after(Some(symbol));
        }
    }

    /// Takes the block along the window. Whether the state behind its last symbol is reached then.
    fn run(&mut self) -> bool {
        let Some(state) = self.states.next() else { return false };
        let mut now = *state;
        if now == [0; WORDS] && self.over.iter().all(|bits| *bits == 0) {
            return false; // nothing leads here, nor beyond
        }
        self.block.close();
        count(self.window.len());
        for (bytes, over) in self.window.chunks(BITS).zip(&mut self.over) {
            let mut entering = *over;
            let mut leaving = 0_u64;
            for byte in bytes {
                let (next, consumed) = self.block.step(now, entering & 1, *byte);
                now = next;
                entering >>= 1;
                leaving = (leaving >> 1) | (consumed & (1 << (BITS - 1)));
            }
            // A shorter last chunk has not moved its bits all the way.
            *over = leaving >> (BITS.saturating_sub(bytes.len()) % BITS);
        }
        *state = now;
        has(now, self.block.length)
    }
}

/// Patterns that are held against the same texts together, as many as have room in a block: each its symbols, and the state
/// behind them.
pub(super) struct Pack<'a> {
    /// At most 128.
    texts: Values<'a>,
    /// One bit for each text that is to be looked at: the others are covered, or never to be.
    open: u128,
    block: Block,
    starts: Row,
    ends: Row,
}

impl<'a> Pack<'a> {
    /// `open`: one bit for each text, whether it is to be looked at.
    pub(super) fn new(texts: Values<'a>, open: u128) -> Self {
        Self { texts, open, block: Block::after(None), starts: [0; WORDS], ends: [0; WORDS] }
    }

    /// Adds a pattern, which has so many symbols that are no `*`.
    pub(super) fn push(&mut self, symbols: usize, tell: &Teller<'_>) {
        if symbols >= SYMBOLS {
            let covered = |text: &[u8]| text.len() >= symbols && covers(symbols, tell, text, false);
            return shut(self.texts, &mut self.open, covered);
        }
        if self.block.length.saturating_add(symbols) >= SYMBOLS {
            self.run();
            *self = Self::new(self.texts, self.open);
        }
        let block = &mut self.block;
        set(&mut self.starts, block.length);
        tell(&mut |symbol| block.add(symbol, false));
        set(&mut self.ends, block.length);
        block.length = block.length.saturating_add(1);
    }

    /// The texts that nothing covers, of those that were to be looked at, after the last pattern.
    pub(super) fn finish(mut self) -> u128 {
        self.run();
        self.open
    }

    /// Whether there are texts that nothing covers yet.
    pub(super) const fn goes_on(&self) -> bool {
        self.open != 0
    }

    /// Holds the patterns that it has against the texts.
    fn run(&mut self) {
        let Self { texts, open, block, starts, ends } = self;
        block.close();
        shut(*texts, open, |text| {
            count(text.len());
            if block.length <= BITS {
                let [first, ..] = *starts;
                let now = text.iter().fold(first, |now, byte| block.step_first(now, *byte));
                return ends.first().is_some_and(|end| now & end != 0);
            }
            let now = text.iter().fold(*starts, |now, byte| block.step(now, 0, *byte).0);
            now.iter().zip(*ends).any(|(now, end)| now & end != 0)
        });
    }
}

/// Looks at those of the texts that are open, and shuts those that are covered.
fn shut(texts: Values<'_>, open: &mut u128, covered: impl Fn(&[u8]) -> bool) {
    for (at, text) in texts.iter().enumerate() {
        let bit = 1_u128 << (at % 128);
        if *open & bit != 0 && covered(text.as_bytes()) {
            *open &= !bit;
        }
    }
}
