//! From what the layers say to the conditions of each action.

use super::{
    ALWAYS, Conditions, Layers, Mask, Reach, Requirement, Terms,
    atom::{self, Atom},
    formula::{Any, Formula, Holds},
    ones,
};
use crate::base::sort_by;
use alloc::{collections::BTreeMap, vec::Vec};

impl Reach<'_> {
    /// Decides for each action: at once where conditions play no part, by formula where they do.
    pub(super) fn solved(&mut self, layers: &Layers, family: Mask, found: &mut BTreeMap<usize, Mask>) {
        // What holds whatever the conditions, and what may hold.
        let sure =
            |terms: &Terms| terms.iter().filter(|(_, term)| term.is_empty()).fold(0, |all, (mask, _)| all | mask);
        let may = |terms: &Terms| terms.iter().fold(0, |all, (mask, _)| all | mask);
        let whole = |measure: &dyn Fn(&Terms) -> Mask| {
            let way = |way: &Vec<Terms>| way.iter().fold(family, |all, terms| all & measure(terms));
            let ways = layers.ways.iter().fold(0, |all, each| all | way(each));
            layers.must.iter().fold(ways, |all, terms| all & measure(terms))
        };
        let always = whole(&sure) & !may(&layers.denies);
        let maybe = whole(&may) & !sure(&layers.denies) & !always;
        if always != 0 {
            *found.entry(ALWAYS).or_default() |= always;
        }
        for at in ones(maybe) {
            if let Some(conditions) = self.solve(formula(layers, 1 << at)) {
                *found.entry(conditions).or_default() |= 1 << at;
            }
        }
    }

    /// The number of the conditions under which a formula holds; `None` when it never does.
    fn solve(&mut self, formula: Formula) -> Option<usize> {
        if let Some(known) = self.memo.get(&formula) {
            return *known;
        }
        // The answer must not depend on which policy was read first.
        let mut numbers = formula.atoms();
        let signature = |number: &u32| self.atoms.get(*number as usize).map(Atom::signature);
        sort_by(&mut numbers, |a, b| signature(a).cmp(&signature(b)));
        let atoms: Vec<&Atom> = numbers.iter().filter_map(|number| self.atoms.get(*number as usize)).collect();
        let told = |held: u64, failed: u64| {
            let each = atoms.iter().enumerate().filter_map(|(at, atom)| {
                let bit = 1_u64.checked_shl(u32::try_from(at).unwrap_or(64)).unwrap_or(0);
                (bit & (held | failed) != 0).then(|| atom.told(bit & held != 0))
            });
            let mut each: Vec<Requirement> = each.collect();
            sort_by(&mut each, Ord::cmp);
            each
        };
        let holds = if numbers.len() > 64 {
            Holds::Sometimes { terms: Vec::new(), exact: false }
        } else {
            formula.solve(&numbers, &atom::axes(&atoms))
        };
        let number = match holds {
            Holds::Never => None,
            Holds::Always => Some(ALWAYS),
            Holds::Sometimes { terms, exact } => {
                let mut any: Vec<_> = terms.into_iter().map(|(held, failed)| told(held, failed)).collect();
                sort_by(&mut any, |a, b| (a.len(), a).cmp(&(b.len(), b)));
                let conditions = Conditions { any, exact };
                let known = self.conditions.iter().skip(1).position(|known| *known == conditions);
                Some(known.map(|at| at.saturating_add(1)).unwrap_or_else(|| {
                    self.conditions.push(conditions);
                    self.conditions.len().saturating_sub(1)
                }))
            }
        };
        self.memo.insert(formula, number);
        number
    }
}

/// The formula for one action.
fn formula(layers: &Layers, bit: Mask) -> Formula {
    let any = |terms: &Terms| -> Any {
        let own = terms.iter().filter(|(mask, _)| mask & bit != 0).map(|(_, term)| term.clone());
        let mut any: Any = own.collect();
        if any.iter().any(Vec::is_empty) {
            any = Vec::from([Vec::new()]);
        }
        sort_by(&mut any, Ord::cmp);
        any.dedup();
        any
    };
    let holds = |any: &Any| any.iter().any(Vec::is_empty);
    let ways = layers.ways.iter().filter_map(|way| {
        let parts: Vec<Any> = way.iter().map(any).collect();
        // A layer in which nothing allows closes the way; one that always allows says nothing.
        (!parts.iter().any(Vec::is_empty)).then(|| parts.into_iter().filter(|part| !holds(part)).collect::<Vec<_>>())
    });
    let mut ways: Vec<Vec<Any>> = ways.collect();
    if ways.iter().any(Vec::is_empty) {
        ways = Vec::from([Vec::new()]);
    }
    sort_by(&mut ways, Ord::cmp);
    ways.dedup();
    Formula {
        denies: any(&layers.denies),
        must: layers.must.iter().map(any).filter(|part| !holds(part)).collect(),
        ways,
    }
}
