//! Columns of an Arrow table as texts, whatever their layout. Texts stay where they are; other values are written out.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowTemporalType, Date32Type, Date64Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, FixedSizeListArray, LargeListArray, LargeStringArray, ListArray, StringArray};
use arrow_array::{PrimitiveArray, StringViewArray};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, TimeUnit};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

/// What is wrong with a column.
#[derive(Debug)]
pub(super) enum Wrong {
    /// It has values of a type that cannot be meant.
    Type(String),
    /// It does not hold what its type promises.
    Data(String),
}

/// A column of texts.
#[derive(Debug)]
pub(super) struct Texts {
    layout: Layout,
    nulls: Option<NullBuffer>,
}

#[derive(Debug)]
enum Layout {
    Small(StringArray),
    Large(LargeStringArray),
    View(StringViewArray),
    /// A place in a dictionary for each row.
    Dictionary(Vec<usize>, Box<Self>),
    /// Nothing but nulls.
    Nothing,
}

impl Layout {
    fn get(&self, row: usize) -> &str {
        match self {
            Self::Small(texts) => texts.value(row),
            Self::Large(texts) => texts.value(row),
            Self::View(texts) => texts.value(row),
            Self::Dictionary(places, texts) => places.get(row).map_or("", |place| texts.get(*place)),
            Self::Nothing => "",
        }
    }

    fn of(array: &ArrayRef) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Utf8 => Self::Small(array.as_string::<i32>().clone()),
            DataType::LargeUtf8 => Self::Large(array.as_string::<i64>().clone()),
            DataType::Utf8View => Self::View(array.as_string_view().clone()),
            DataType::Null => Self::Nothing,
            DataType::Dictionary(_, of) if is_text(of) => {
                let dictionary = array.as_any_dictionary_opt()?;
                let texts = dictionary.values();
                // Without an entry there are nulls alone, which have no place.
                if texts.is_empty() {
                    return Some(Self::Nothing);
                }
                Self::Dictionary(dictionary.normalized_keys(), Box::new(Self::of(texts)?))
            }
            _ => return None,
        })
    }
}

impl Texts {
    /// A column that can only have texts.
    pub(super) fn of(array: &ArrayRef) -> Result<Self, Wrong> {
        let kind = array.data_type();
        if !is_text(kind) {
            return Err(Wrong::Type(format!("has texts, not values of type {kind}")));
        }
        check(array)?;
        let layout = Layout::of(array).unwrap_or(Layout::Nothing);
        Ok(Self { layout, nulls: array.logical_nulls() })
    }

    /// A column of values that have a text: what `authorize` takes for a condition key.
    fn written(array: &ArrayRef) -> Result<Self, Wrong> {
        if is_text(array.data_type()) {
            return Self::of(array);
        }
        check(array)?;
        let texts = written(array)?;
        Ok(Self { layout: Layout::Small(texts), nulls: array.logical_nulls() })
    }

    /// The text of a row, unless that is null.
    pub(super) fn get(&self, row: usize) -> Option<&str> {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) { None } else { Some(self.layout.get(row)) }
    }

    /// The places in a dictionary, if the texts are in one of so many entries.
    pub(super) fn dictionary(&self) -> Option<(&[usize], usize)> {
        match &self.layout {
            Layout::Dictionary(places, texts) => {
                let entries = match &**texts {
                    Layout::Small(texts) => texts.len(),
                    Layout::Large(texts) => texts.len(),
                    Layout::View(texts) => texts.len(),
                    _ => return None,
                };
                Some((places, entries))
            }
            _ => None,
        }
    }

    /// Null as well wherever `others` are.
    pub(super) fn within(mut self, others: Option<&NullBuffer>) -> Self {
        self.nulls = NullBuffer::union(self.nulls.as_ref(), others);
        self
    }
}

/// What rows have of a condition key: a value each, or several.
#[derive(Debug)]
pub(super) enum Values {
    One(Texts),
    Many(Lists, Texts),
}

/// Where the elements of each row's list are.
#[derive(Debug)]
pub(super) enum Lists {
    Small(ListArray),
    Large(LargeListArray),
    Fixed(FixedSizeListArray),
}

impl Lists {
    /// The elements of a row, unless that is null.
    pub(super) fn get(&self, row: usize) -> Option<Range<usize>> {
        let (null, first, count) = match self {
            Self::Small(lists) => {
                (lists.is_null(row), whole(lists.value_offsets().get(row)), lists.value_length(row).into())
            }
            Self::Large(lists) => (lists.is_null(row), whole(lists.value_offsets().get(row)), lists.value_length(row)),
            Self::Fixed(lists) => {
                (lists.is_null(row), i64::from(lists.value_offset(row)), i64::from(lists.value_length()))
            }
        };
        let first = usize::try_from(first).unwrap_or_default();
        (!null).then_some(first..first.saturating_add(usize::try_from(count).unwrap_or_default()))
    }
}

fn whole(offset: Option<&(impl Copy + Into<i64>)>) -> i64 {
    offset.map_or(0, |offset| (*offset).into())
}

impl Values {
    /// Whether a condition key can have values of that type.
    pub(super) fn take(kind: &DataType) -> bool {
        match kind {
            DataType::List(of) | DataType::LargeList(of) | DataType::FixedSizeList(of, _) => has_text(of.data_type()),
            kind => has_text(kind),
        }
    }

    pub(super) fn of(array: &ArrayRef, nulls: Option<&NullBuffer>) -> Result<Self, Wrong> {
        let (lists, elements) = match array.data_type() {
            DataType::List(_) => {
                let lists = array.as_list::<i32>();
                (Lists::Small(lists.clone()), lists.values())
            }
            DataType::LargeList(_) => {
                let lists = array.as_list::<i64>();
                (Lists::Large(lists.clone()), lists.values())
            }
            DataType::FixedSizeList(..) => {
                let lists = array.as_fixed_size_list();
                (Lists::Fixed(lists.clone()), lists.values())
            }
            _ => return Ok(Self::One(Texts::written(array)?.within(nulls))),
        };
        check(array)?;
        Ok(Self::Many(lists, Texts::written(elements)?))
    }
}

/// Whether the type's values are texts, or nulls alone.
pub(super) fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => true,
        DataType::Dictionary(_, of) => is_text(of) && !matches!(**of, DataType::Dictionary(..) | DataType::Null),
        _ => false,
    }
}

/// Whether the type's values can be written out as `authorize` does it.
fn has_text(kind: &DataType) -> bool {
    use DataType::{Boolean, Date32, Date64, Float32, Float64, Timestamp};
    is_text(kind) || kind.is_integer() || matches!(kind, Boolean | Date32 | Date64 | Float32 | Float64 | Timestamp(..))
}

/// What another library hands over is not taken on trust: offsets, places and UTF-8 are looked at.
pub(super) fn check(array: &dyn Array) -> Result<(), Wrong> {
    array.to_data().validate_full().map_err(|error| Wrong::Data(format!("is damaged: {error}")))
}

/// The values as texts; what is null has an empty one.
fn written(array: &ArrayRef) -> Result<StringArray, Wrong> {
    let numbers = |rows: usize, text: &dyn Fn(usize) -> String| {
        StringArray::from_iter_values((0..rows).map(|row| if array.is_null(row) { String::new() } else { text(row) }))
    };
    macro_rules! plain {
        ($type:ty) => {{
            let values: &PrimitiveArray<$type> = array.as_primitive::<$type>();
            numbers(values.len(), &|row| values.value(row).to_string())
        }};
    }
    Ok(match array.data_type() {
        DataType::Boolean => {
            let values = array.as_boolean();
            numbers(values.len(), &|row| values.value(row).to_string())
        }
        DataType::Int8 => plain!(Int8Type),
        DataType::Int16 => plain!(Int16Type),
        DataType::Int32 => plain!(Int32Type),
        DataType::Int64 => plain!(Int64Type),
        DataType::UInt8 => plain!(UInt8Type),
        DataType::UInt16 => plain!(UInt16Type),
        DataType::UInt32 => plain!(UInt32Type),
        DataType::UInt64 => plain!(UInt64Type),
        DataType::Float32 => {
            let values = array.as_primitive::<Float32Type>();
            numbers(values.len(), &|row| float(values.value(row).into()))
        }
        DataType::Float64 => {
            let values = array.as_primitive::<Float64Type>();
            numbers(values.len(), &|row| float(values.value(row)))
        }
        DataType::Date32 => dates(array.as_primitive::<Date32Type>())?,
        DataType::Date64 => dates(array.as_primitive::<Date64Type>())?,
        DataType::Timestamp(TimeUnit::Second, _) => times(array.as_primitive::<TimestampSecondType>())?,
        DataType::Timestamp(TimeUnit::Millisecond, _) => times(array.as_primitive::<TimestampMillisecondType>())?,
        DataType::Timestamp(TimeUnit::Microsecond, _) => times(array.as_primitive::<TimestampMicrosecondType>())?,
        DataType::Timestamp(TimeUnit::Nanosecond, _) => times(array.as_primitive::<TimestampNanosecondType>())?,
        kind => return Err(Wrong::Type(format!("cannot have values of type {kind}"))),
    })
}

/// A number as Python writes it.
fn float(value: f64) -> String {
    let text = format!("{value:?}");
    match text.split_once('e') {
        None => text.to_ascii_lowercase(),
        Some((digits, exponent)) => {
            let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |rest| ('-', rest));
            format!("{digits}e{sign}{exponent:0>2}")
        }
    }
}

fn dates<T: ArrowTemporalType>(values: &PrimitiveArray<T>) -> Result<StringArray, Wrong>
where
    i64: From<T::Native>,
{
    moments(values, |row| values.value_as_date(row).map(|date| date.format("%Y-%m-%d").to_string()))
}

/// Times in UTC, to the second; without a zone they are UTC.
fn times<T: ArrowTemporalType>(values: &PrimitiveArray<T>) -> Result<StringArray, Wrong>
where
    i64: From<T::Native>,
{
    moments(values, |row| values.value_as_datetime(row).map(|time| time.format("%Y-%m-%dT%H:%M:%SZ").to_string()))
}

fn moments(values: &dyn Array, text: impl Fn(usize) -> Option<String>) -> Result<StringArray, Wrong> {
    let texts = (0..values.len()).map(|row| {
        let text = if values.is_null(row) { Some(Cow::Borrowed("")) } else { text(row).map(Cow::Owned) };
        text.ok_or_else(|| {
            let mut message = String::from("has a time that no calendar has");
            let _ = write!(message, ", in row {row} of its chunk");
            Wrong::Data(message)
        })
    });
    Ok(StringArray::from_iter_values(texts.collect::<Result<Vec<_>, _>>()?))
}
