//! Sorting and gathering, by as few routines as can be: modules for browsers are small so.

use alloc::vec::Vec;
use core::{cmp::Ordering, mem};

/// Sorts by `compare`; what it takes for equal stays in its order.
///
/// The library's sorts are made anew for every type that is sorted. This is made of one sort of places; what is sorted by it
/// is short.
pub(crate) fn sort_by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let order = order(items.len(), &|a, b| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    let mut before: Vec<Option<T>> = mem::take(items).into_iter().map(Some).collect();
    items.extend(order.into_iter().filter_map(|at| before.get_mut(at)?.take()));
}

/// Sorts by the number that `rank` gives each; those of one rank stay in their order.
pub(crate) fn sort_by_rank<T>(items: &mut Vec<T>, rank: impl Fn(&T) -> u64) {
    sort_by(items, |a, b| rank(a).cmp(&rank(b)));
}

/// The places from 0 to `count`, in order.
fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_unstable_by(|a, b| compare(*a, *b).then(a.cmp(b)));
    places
}

/// Gathers into a map or a set, one by one. (To `collect` would be to sort first, by a routine for each type.)
pub(crate) fn gathered<C: Default + Extend<T>, T>(items: impl IntoIterator<Item = T>) -> C {
    let mut all = C::default();
    all.extend(items);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sorts_as_the_library_does(items in proptest::collection::vec((0_u64..5, any::<u8>()), 0..40)) {
            let mut want = items.clone();
            want.sort_by_key(|(rank, _)| *rank);
            let mut got = items;
            sort_by_rank(&mut got, |(rank, _)| *rank);
            prop_assert_eq!(got, want);
        }
    }
}
