//! The requests in one piece of a table: which column is what, and how a row is put to a batch.

use super::values::{Lists, Texts, Values, Wrong, check, is_text};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Schema};
use kmslab::lab::{ActionId, BadQuestion, Batch, PrincipalId, ResourceId};
use kmslab::policy::{Context, Name, Reason};
use std::fmt;

/// What a table can have.
const COLUMNS: &str = "principal, action, resource, context (a struct or a map), context.KEY, encryption_context (a \
                       struct or a map), encryption_context.KEY";
/// The pairs of an encryption context, as condition keys.
const PAIR: &str = "kms:EncryptionContext:";
/// Their names.
const PAIRS: &str = "kms:EncryptionContextKeys";

/// The rows of a record batch.
#[derive(Debug)]
pub(super) struct Requests {
    /// The number of the first row in the table.
    pub(super) first: usize,
    pub(super) rows: usize,
    principals: Texts,
    actions: Texts,
    resources: Texts,
    /// The pairs of encryption contexts, by a column each, and by maps.
    pairs: Vec<Column>,
    maps_of_pairs: Vec<Map>,
    /// The other condition keys, likewise.
    keys: Vec<Column>,
    maps: Vec<Map>,
    /// Whether the names of an encryption context's keys are read.
    names: bool,
}

/// A condition key with its values.
#[derive(Debug)]
struct Column {
    name: String,
    values: Values,
    /// Whether a policy reads it. (The pairs of an encryption context count by their names, too.)
    read: bool,
}

/// Condition keys that may be others in each row.
#[derive(Debug)]
struct Map {
    entries: Lists,
    keys: Texts,
    values: Values,
}

/// A column is not what it should be: the exception is a `TypeError` or a `ValueError`.
#[derive(Debug)]
pub(super) struct BadColumn {
    pub(super) is_type: bool,
    pub(super) message: String,
}

impl BadColumn {
    fn of(name: &str, wrong: Wrong) -> Self {
        let (is_type, what) = match wrong {
            Wrong::Type(what) => (true, what),
            Wrong::Data(what) => (false, what),
        };
        Self { is_type, message: format!("column {name} {what}") }
    }

    fn kind(name: &str, what: impl fmt::Display) -> Self {
        Self { is_type: true, message: format!("column {name} {what}") }
    }
}

/// A row is no request.
#[derive(Debug)]
pub(super) struct BadRow {
    pub(super) row: usize,
    pub(super) column: String,
    pub(super) message: String,
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}, column {}: {}", self.row, self.column, self.message)
    }
}

/// Whether a table with these columns has requests; the rows are another matter.
pub(super) fn check_schema(schema: &Schema) -> Result<(), BadColumn> {
    for wanted in ["principal", "action", "resource"] {
        if schema.field_with_name(wanted).is_err() {
            let have: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
            let message = format!("column {wanted} is missing: there are {}", have.join(", "));
            return Err(BadColumn { is_type: false, message });
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    for field in schema.fields() {
        let (name, kind) = (field.name().as_str(), field.data_type());
        let unknown = || BadColumn {
            is_type: false,
            message: format!("column {name} is not known; a table of requests has {COLUMNS}"),
        };
        if !seen.insert(name) {
            return Err(BadColumn { is_type: false, message: format!("column {name} is there twice") });
        }
        match name {
            "principal" | "action" | "resource" if is_text(kind) => {}
            "principal" | "action" | "resource" => {
                return Err(BadColumn::kind(name, format_args!("has texts, not values of type {kind}")));
            }
            "context" | "encryption_context" => check_group(name, kind)?,
            _ => match name.split_once('.') {
                Some(("context" | "encryption_context", "")) | None => return Err(unknown()),
                Some((group @ ("context" | "encryption_context"), _)) => check_values(name, kind, group)?,
                Some(_) => return Err(unknown()),
            },
        }
    }
    Ok(())
}

fn check_values(name: &str, kind: &DataType, group: &str) -> Result<(), BadColumn> {
    if group == "encryption_context" && !is_text(kind) {
        return Err(BadColumn::kind(name, format_args!("has texts, not values of type {kind}")));
    }
    if !Values::take(kind) {
        let can = "a condition key has texts, numbers, booleans or times, or lists of them";
        return Err(BadColumn::kind(name, format_args!("cannot have values of type {kind}: {can}")));
    }
    Ok(())
}

fn check_group(name: &str, kind: &DataType) -> Result<(), BadColumn> {
    match kind {
        DataType::Struct(fields) => fields
            .iter()
            .try_for_each(|field| check_values(&format!("{name}.{}", field.name()), field.data_type(), name)),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) if fields.len() == 2 => {
                let mut kinds = fields.iter().map(|field| field.data_type());
                match kinds.next() {
                    Some(kind) if is_text(kind) => {}
                    _ => return Err(BadColumn::kind(name, "is a map whose keys are no texts")),
                }
                kinds.try_for_each(|kind| check_values(name, kind, name))
            }
            _ => Err(BadColumn::kind(name, "is a map without keys and values")),
        },
        DataType::Null => Ok(()),
        kind => Err(BadColumn::kind(
            name,
            format_args!("is a struct or a map of keys and values, not of type {kind}; one key is a column {name}.KEY"),
        )),
    }
}

impl Requests {
    /// Reads a record batch that begins at row `first` of a table whose schema was checked.
    pub(super) fn new(table: &RecordBatch, first: usize, batch: &Batch) -> Result<Self, BadColumn> {
        let texts = |name: &str| match table.column_by_name(name) {
            Some(array) => Texts::of(array).map_err(|wrong| BadColumn::of(name, wrong)),
            None => Err(BadColumn { is_type: false, message: format!("column {name} is missing") }),
        };
        let mut requests = Self {
            first,
            rows: table.num_rows(),
            principals: texts("principal")?,
            actions: texts("action")?,
            resources: texts("resource")?,
            pairs: Vec::new(),
            maps_of_pairs: Vec::new(),
            keys: Vec::new(),
            maps: Vec::new(),
            names: batch.reads(Name::new(PAIRS)),
        };
        for (field, array) in table.schema_ref().fields().iter().zip(table.columns()) {
            let name = field.name().as_str();
            match name.split_once('.').unwrap_or((name, "")) {
                ("context" | "encryption_context", "") => requests.group(name, array, batch)?,
                (group @ ("context" | "encryption_context"), key) => {
                    requests.column(name, group, key, batch, || Values::of(array, None))?;
                }
                _ => {}
            }
        }
        Ok(requests)
    }

    fn group(&mut self, name: &str, array: &ArrayRef, batch: &Batch) -> Result<(), BadColumn> {
        let bad = |wrong| BadColumn::of(name, wrong);
        if let Some(all) = array.as_struct_opt() {
            for (field, array) in all.fields().iter().zip(all.columns()) {
                let whole = format!("{name}.{}", field.name());
                self.column(&whole, name, field.name(), batch, || Values::of(array, all.nulls()))?;
            }
        } else if let Some(map) = array.as_map_opt() {
            check(map).map_err(bad)?;
            let keys = Texts::of(map.keys()).map_err(bad)?;
            let values = Values::of(map.values(), None).map_err(bad)?;
            // A map is a list of entries, as it is kept.
            let lists = arrow_array::ListArray::from(map.clone());
            let maps = if name == "context" { &mut self.maps } else { &mut self.maps_of_pairs };
            maps.push(Map { entries: Lists::Small(lists), keys, values });
        }
        Ok(())
    }

    fn column(
        &mut self,
        column: &str,
        group: &str,
        key: &str,
        batch: &Batch,
        values: impl FnOnce() -> Result<Values, Wrong>,
    ) -> Result<(), BadColumn> {
        let pairs = group == "encryption_context";
        let name = if pairs { format!("{PAIR}{key}") } else { key.to_owned() };
        let read = batch.reads(Name::new(&name));
        if read || (pairs && self.names) {
            let values = values().map_err(|wrong| BadColumn::of(column, wrong))?;
            let columns = if pairs { &mut self.pairs } else { &mut self.keys };
            columns.push(Column { name, values, read });
        }
        Ok(())
    }

    /// The condition keys of a row, as far as they are read.
    fn keys(&self, row: usize, batch_reads: &impl Fn(Name<'_>) -> bool, context: &mut Context) {
        for Column { name, values, read } in &self.pairs {
            if *read {
                put(context, Name::new(name), values, row);
            }
        }
        let mut name = String::new();
        for map in &self.maps_of_pairs {
            for entry in map.entries.get(row).into_iter().flatten() {
                let Some(key) = map.keys.get(entry) else { continue };
                name.clear();
                name.push_str(PAIR);
                name.push_str(key);
                if batch_reads(Name::new(&name)) {
                    put(context, Name::new(&name), &map.values, entry);
                }
            }
        }
        if self.names {
            let columns = self.pairs.iter().filter(|column| match &column.values {
                Values::One(texts) => texts.get(row).is_some(),
                Values::Many(..) => false,
            });
            let columns = columns.map(|column| column.name.get(PAIR.len()..).unwrap_or_default());
            let maps = self.maps_of_pairs.iter().flat_map(|map| {
                let entries = map.entries.get(row).into_iter().flatten();
                entries.filter(|entry| has(&map.values, *entry)).filter_map(|entry| map.keys.get(entry))
            });
            let mut names = columns.chain(maps).peekable();
            if names.peek().is_some() {
                context.set_list(PAIRS, names);
            }
        }
        for Column { name, values, .. } in &self.keys {
            put(context, Name::new(name), values, row);
        }
        for map in &self.maps {
            for entry in map.entries.get(row).into_iter().flatten() {
                let Some(key) = map.keys.get(entry) else { continue };
                if batch_reads(Name::new(key)) {
                    put(context, Name::new(key), &map.values, entry);
                }
            }
        }
    }
}

fn has(values: &Values, row: usize) -> bool {
    match values {
        Values::One(texts) => texts.get(row).is_some(),
        Values::Many(lists, _) => lists.get(row).is_some(),
    }
}

/// Gives a key what `row` has; null is nothing.
fn put(context: &mut Context, name: Name<'_>, values: &Values, row: usize) {
    match values {
        Values::One(texts) => {
            if let Some(text) = texts.get(row) {
                context.put(name, text);
            }
        }
        Values::Many(lists, texts) => {
            if let Some(elements) = lists.get(row) {
                context.put_list(name, elements.filter_map(|element| texts.get(element)));
            }
        }
    }
}

/// Numbers that a batch has given to the entries of a dictionary, or to the text before.
#[derive(Debug)]
struct Known<'a, Id> {
    texts: &'a Texts,
    column: &'static str,
    entries: Vec<Option<Id>>,
    last: Option<(&'a str, Id)>,
}

impl<'a, Id: Copy> Known<'a, Id> {
    fn new(texts: &'a Texts, column: &'static str, rows: usize) -> Self {
        // Where there are more entries than rows, most are not met.
        let entries = texts.dictionary().filter(|(_, entries)| *entries <= rows).map_or(0, |(_, entries)| entries);
        Self { texts, column, entries: vec![None; entries], last: None }
    }

    fn id(&mut self, row: usize, mut ask: impl FnMut(&str) -> Result<Id, BadQuestion>) -> Result<Id, (String, String)> {
        let Some(text) = self.texts.get(row) else {
            return Err((self.column.to_owned(), "null, which is no request's".to_owned()));
        };
        let place = self.texts.dictionary().and_then(|(places, _)| places.get(row).copied());
        if let Some(Some(id)) = place.and_then(|place| self.entries.get(place)) {
            return Ok(*id);
        }
        if let Some((_, id)) = self.last.filter(|(last, _)| *last == text) {
            return Ok(id);
        }
        let id = ask(text).map_err(|bad| (bad.part, bad.message))?;
        self.last = Some((text, id));
        if let Some(entry) = place.and_then(|place| self.entries.get_mut(place)) {
            *entry = Some(id);
        }
        Ok(id)
    }
}

/// The code of a row that is no request.
pub(super) const NONE: u8 = u8::MAX;

/// Decides the rows from `start` on, one for each place in `codes`: the number of the reason. With `all`, rows that are no
/// requests are passed over; otherwise the first ends it.
pub(super) fn decide(batch: &mut Batch, requests: &Requests, start: usize, codes: &mut [u8], all: bool) -> Vec<BadRow> {
    let mut bad = Vec::new();
    let mut principals = Known::<PrincipalId>::new(&requests.principals, "principal", codes.len());
    let mut actions = Known::<ActionId>::new(&requests.actions, "action", codes.len());
    let mut resources = Known::<ResourceId>::new(&requests.resources, "resource", codes.len());
    let reader = batch.reader();
    for (row, code) in (start..).zip(codes) {
        let ids = (|| {
            let who = principals.id(row, |text| batch.principal(text))?;
            let action = actions.id(row, |text| batch.action(text))?;
            Ok((who, action, resources.id(row, |text| batch.resource(text))?))
        })();
        match ids {
            Ok((who, action, resource)) => {
                let reads = |name: Name<'_>| reader.name(name);
                let decision = batch.decide(who, action, resource, |context| requests.keys(row, &reads, context));
                *code = number(decision.reason);
            }
            Err((column, message)) => {
                *code = NONE;
                bad.push(BadRow { row: requests.first.saturating_add(row), column, message });
                if !all {
                    break;
                }
            }
        }
    }
    bad
}

/// The place of a reason among all.
fn number(reason: Reason) -> u8 {
    Reason::ALL.binary_search(&reason).ok().and_then(|at| u8::try_from(at).ok()).unwrap_or(NONE)
}
