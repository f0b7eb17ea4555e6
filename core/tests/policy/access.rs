//! The matrix of an organization says what the single questions say.

use crate::organization_support::organization;
use kmslab::report::{Estate, matrix, who_can};

#[test]
fn the_matrix_of_an_organization_says_what_its_questions_say() {
    let estate = Estate::parse(&organization(120, 60).to_string()).unwrap();
    let whole = matrix(&estate, &[]);
    assert!(whole.principals.len() < 120, "nobody shares a row");
    let mut told = 0;
    for (column, keys) in whole.keys.iter().enumerate() {
        for key in keys.iter().take(2) {
            for action in ["kms:Decrypt", "kms:ScheduleKeyDeletion", "kms:CreateGrant"] {
                let found = who_can(&estate, action, key, &[]).unwrap();
                let cell = |row: usize| {
                    let mut own = whole.cells.iter().filter(|cell| cell.row == row && cell.column == column);
                    own.find(|cell| whole.named(cell.actions).any(|name| name == action))
                };
                for (row, members) in whole.principals.iter().enumerate() {
                    let conditions = cell(row).map(|cell| &whole.conditions[cell.conditions]);
                    for member in members {
                        let holder = found.principals.iter().find(|holder| holder.principal == *member);
                        assert_eq!(holder.map(|holder| &holder.conditions), conditions, "{member} {action} {key}");
                        told += usize::from(holder.is_some());
                    }
                }
            }
        }
    }
    assert!(told > 100, "{told}");
}
