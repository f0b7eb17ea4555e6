//! From text to statements: the grammar of policies and what each kind of policy may contain.
//!
//! Sources: IAM User Guide, "Grammar of the IAM JSON policy language"; Organizations User Guide, "SCP syntax" and "RCP
//! syntax"; KMS Developer Guide, "Creating a key policy"; authorization.md 1.1 to 1.10.

use super::{
    Kind, PolicyError, StatementEffect,
    action::Actions,
    condition::{Clause, Operator},
    json::{self, Member, Node, Value},
    principal::{Entry, Name, Principals},
    rules,
    sentence::Problem,
    statement::{Resources, Statement},
};
use alloc::{
    boxed::Box,
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

/// What is wrong, and where.
#[derive(Debug)]
pub(crate) struct Fail {
    pub(crate) at: usize,
    pub(super) problem: Problem,
    pub(crate) detail: String,
}

impl Fail {
    pub(super) fn new(at: usize, problem: Problem, detail: impl Into<String>) -> Self {
        Self { at, problem, detail: detail.into() }
    }
}

/// A text of the document and where it stands.
pub(crate) type Word<'a> = (usize, &'a str);

/// An element that has two forms: where it stands, whether it is the `Not` form, what it says.
pub(crate) type Either<T> = (usize, bool, T);

/// A statement, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Draft<'a> {
    pub(crate) at: usize,
    pub(crate) sid: Option<Word<'a>>,
    pub(crate) effect: Option<Word<'a>>,
    pub(crate) principal: Option<Either<Vec<(List, Word<'a>)>>>,
    pub(crate) action: Option<Either<Vec<Word<'a>>>>,
    pub(crate) resource: Option<Either<Vec<Word<'a>>>>,
    pub(crate) conditions: Vec<Condition<'a>>,
    /// The `Not` form and the other one, both in one statement.
    pub(crate) both: Option<usize>,
}

/// One operator on one key.
#[derive(Debug)]
pub(crate) struct Condition<'a> {
    pub(crate) operator: Word<'a>,
    pub(crate) key: Word<'a>,
    pub(crate) values: Vec<Word<'a>>,
}

/// The lists of a `Principal` element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    /// `"Principal": "*"`
    Everyone,
    Aws,
    Service,
    Federated,
    Canonical,
}

impl List {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Everyone | Self::Aws => "AWS",
            Self::Service => "Service",
            Self::Federated => "Federated",
            Self::Canonical => "CanonicalUser",
        }
    }
}

/// Reads a document. `strict`: as AWS does when it stores one; otherwise statements that it would refuse are kept, and
/// those that cannot be read have no effect. Also whether the document's version has policy variables.
pub(crate) fn read(kind: Kind, text: &str, strict: bool) -> Result<(Vec<Statement>, bool), PolicyError> {
    statements(kind, text, strict).map_err(|fail| {
        let (line, column) = json::place(text, fail.at);
        let bad_arn = matches!(&fail.problem, Problem::Principal(_, text) if rules::is_bad_arn(text));
        PolicyError { message: fail.problem.sentence(kind), line, column, detail: fail.detail, bad_arn }
    })
}

fn statements(kind: Kind, text: &str, strict: bool) -> Result<(Vec<Statement>, bool), Fail> {
    let root = json::parse(text).map_err(|wrong| Fail::new(wrong.at, Problem::Json, wrong.what))?;
    let (document, drafts) = drafts(kind, &root, strict)?;
    let variables = document.version.is_some_and(|(_, version)| version == "2012-10-17");
    let mut places = Places::new(text);
    let compiled = drafts.into_iter().map(|(at, draft)| {
        let place = places.of(at);
        draft.map_or_else(|_| unreadable(place), |draft| compile(kind, &draft, place, variables))
    });
    Ok((compiled.collect(), variables))
}

/// Where each statement stands, and what was read of it.
type Drafts<'a> = Vec<(usize, Result<Draft<'a>, Fail>)>;

/// The document and its statements, taken apart; `strict`: and checked.
pub(crate) fn drafts<'a>(kind: Kind, root: &'a Node<'a>, strict: bool) -> Result<(Document<'a>, Drafts<'a>), Fail> {
    let document = document(root, strict)?;
    let mut drafts: Drafts<'a> = document.statements.iter().map(|node| (node.at, draft(node, strict))).collect();
    if strict {
        let read: Vec<&Draft<'_>> = drafts.iter().filter_map(|(_, draft)| draft.as_ref().ok()).collect();
        // A statement that cannot be read is the first mistake: syntax comes before everything else.
        if let Some(at) = drafts.iter().position(|(_, draft)| draft.is_err()) {
            return match drafts.swap_remove(at).1 {
                Err(fail) => Err(fail),
                Ok(_) => Ok((document, Vec::new())),
            };
        }
        rules::check(kind, &document, &read)?;
    }
    Ok((document, drafts))
}

/// The document, taken apart.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    pub(crate) at: usize,
    pub(crate) version: Option<Word<'a>>,
    statements: Vec<&'a Node<'a>>,
}

fn document<'a>(root: &'a Node<'a>, strict: bool) -> Result<Document<'a>, Fail> {
    let mut document = Document { at: root.at, version: None, statements: Vec::new() };
    let Value::Map(members) = &root.value else {
        return Err(Fail::new(root.at, Problem::Json, "a policy is a JSON object"));
    };
    let mut found = None;
    for Member { at, name, node } in members {
        match &**name {
            "Version" => document.version = Some(text(node, "Version")?),
            "Id" => {
                text(node, "Id")?;
            }
            "Statement" => found = Some(node),
            _ if strict => return Err(unknown(*at, name, &["Version", "Id", "Statement"])),
            _ => {}
        }
    }
    let Some(node) = found else {
        return Err(Fail::new(root.at, Problem::Missing("Statement"), "the policy has no Statement"));
    };
    document.statements = match &node.value {
        Value::Map(_) => Vec::from([node]),
        Value::List(nodes) if nodes.is_empty() && strict => {
            return Err(Fail::new(node.at, Problem::Missing("Statement"), "the list of statements is empty"));
        }
        Value::List(nodes) => nodes.iter().collect(),
        _ => return Err(syntax(node.at, "Statement is an object or a list of objects")),
    };
    Ok(document)
}

const ELEMENTS: &[&str] =
    &["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

fn draft<'a>(node: &'a Node<'a>, strict: bool) -> Result<Draft<'a>, Fail> {
    let Value::Map(members) = &node.value else { return Err(syntax(node.at, "a statement is an object")) };
    let mut draft = Draft { at: node.at, ..Draft::default() };
    for Member { at, name, node } in members {
        let at = *at;
        let taken = match &**name {
            "Sid" => {
                draft.sid = Some(text(node, "Sid")?);
                false
            }
            "Effect" => {
                draft.effect = Some(text(node, "Effect")?);
                false
            }
            "Principal" | "NotPrincipal" => {
                draft.principal.replace((at, name.starts_with("Not"), principals(node, strict)?)).is_some()
            }
            "Action" | "NotAction" => draft.action.replace((at, name.starts_with("Not"), texts(node)?)).is_some(),
            "Resource" | "NotResource" => draft.resource.replace((at, name.starts_with("Not"), texts(node)?)).is_some(),
            "Condition" => {
                draft.conditions = conditions(node)?;
                false
            }
            _ if strict => return Err(unknown(at, name, ELEMENTS)),
            _ => false,
        };
        if taken {
            draft.both = Some(at);
        }
    }
    if draft.both.is_some() && !strict {
        return Err(syntax(draft.at, "an element and its Not form exclude each other"));
    }
    Ok(draft)
}

fn principals<'a>(node: &'a Node<'a>, strict: bool) -> Result<Vec<(List, Word<'a>)>, Fail> {
    let members = match &node.value {
        Value::Text(text) if text == "*" => return Ok(Vec::from([(List::Everyone, (node.at, &**text))])),
        Value::Text(text) => {
            let problem = Problem::Principal("AWS", text.to_string());
            return Err(Fail::new(node.at, problem, "Principal is \"*\" or an object such as {\"AWS\": …}"));
        }
        Value::Map(members) => members,
        _ => return Err(syntax(node.at, "Principal is \"*\" or an object such as {\"AWS\": …}")),
    };
    let mut found = Vec::new();
    for Member { at, name, node } in members {
        let list = match &**name {
            "AWS" => List::Aws,
            "Service" => List::Service,
            "Federated" => List::Federated,
            "CanonicalUser" => List::Canonical,
            _ if strict => return Err(unknown(*at, name, &["AWS", "Service", "Federated", "CanonicalUser"])),
            _ => continue,
        };
        found.extend(texts(node)?.into_iter().map(|word| (list, word)));
    }
    Ok(found)
}

fn conditions<'a>(node: &'a Node<'a>) -> Result<Vec<Condition<'a>>, Fail> {
    let shape = "Condition is an object of operators, each an object of condition keys";
    let Value::Map(operators) = &node.value else { return Err(syntax(node.at, shape)) };
    let mut found = Vec::new();
    for operator in operators {
        let Value::Map(keys) = &operator.node.value else { return Err(syntax(operator.node.at, shape)) };
        for key in keys {
            let values = match &key.node.value {
                Value::List(nodes) => nodes.iter().map(scalar).collect::<Result<Vec<_>, _>>()?,
                _ => Vec::from([scalar(&key.node)?]),
            };
            found.push(Condition { operator: (operator.at, &operator.name), key: (key.at, &key.name), values });
        }
    }
    Ok(found)
}

/// The text of a condition's value: booleans and numbers count as what is written.
fn scalar<'a>(node: &'a Node<'a>) -> Result<Word<'a>, Fail> {
    let text = match &node.value {
        Value::Text(text) => &**text,
        Value::Number(text) => text,
        Value::Bool(true) => "true",
        Value::Bool(false) => "false",
        _ => return Err(syntax(node.at, "the value of a condition key is a string, a number, true or false")),
    };
    Ok((node.at, text))
}

fn text<'a>(node: &'a Node<'a>, what: &str) -> Result<Word<'a>, Fail> {
    match &node.value {
        Value::Text(text) => Ok((node.at, text)),
        _ => Err(syntax(node.at, format!("{what} is a string"))),
    }
}

/// A string, or a list of strings.
fn texts<'a>(node: &'a Node<'a>) -> Result<Vec<Word<'a>>, Fail> {
    let nodes = match &node.value {
        Value::List(nodes) => nodes,
        _ => core::slice::from_ref(node),
    };
    nodes.iter().map(|node| text(node, "an entry")).collect()
}

fn syntax(at: usize, detail: impl Into<String>) -> Fail {
    Fail::new(at, Problem::Syntax, detail)
}

fn unknown(at: usize, name: &str, known: &[&str]) -> Fail {
    let near = known.iter().find(|known| known.eq_ignore_ascii_case(name));
    let detail = match near {
        Some(known) => format!("{name} is written {known}"),
        None => format!("there is no element {name}; known are {}", known.join(", ")),
    };
    Fail::new(at, Problem::Unknown(name.into()), detail)
}

/// Why AWS refuses the document at `root`: where, in its words, and in ours. Nothing when it takes it.
pub(crate) fn refusal(kind: Kind, root: &Node<'_>) -> Option<(usize, String, String)> {
    let fail = drafts(kind, root, true).err()?;
    Some((fail.at, fail.problem.sentence(kind), fail.detail))
}

/// AWS's sentence for what is not JSON.
pub(crate) fn not_json(kind: Kind) -> String {
    Problem::Json.sentence(kind)
}

/// Turns offsets that only grow into lines and columns, in one walk over the text.
pub(super) struct Places<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    column: u32,
}

impl<'a> Places<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1, column: 1 }
    }

    pub(super) fn of(&mut self, at: usize) -> (u32, u32) {
        for c in self.text.get(self.at..at).unwrap_or_default().chars() {
            if c == '\n' {
                self.line = self.line.saturating_add(1);
                self.column = 1;
            } else {
                self.column = self.column.saturating_add(1);
            }
        }
        self.at = at;
        (self.line, self.column)
    }
}

/// A statement that has no effect, because it cannot be read.
fn unreadable(place: (u32, u32)) -> Statement {
    Statement {
        effect: StatementEffect::Allow,
        sid: None,
        place,
        principals: Principals::Attached,
        actions: None,
        resources: None,
        conditions: Box::default(),
        broken: true,
    }
}

fn compile(kind: Kind, draft: &Draft<'_>, place: (u32, u32), variables: bool) -> Statement {
    let effect = match draft.effect {
        Some((_, "Allow")) => Some(StatementEffect::Allow),
        Some((_, "Deny")) => Some(StatementEffect::Deny),
        _ => None,
    };
    let boxed = |words: &[Word<'_>]| words.iter().map(|(_, text)| Box::from(*text)).collect::<Vec<Box<str>>>();
    let mut broken = effect.is_none();
    let mut clauses = Vec::new();
    for Condition { operator: (_, name), key: (_, key), values } in &draft.conditions {
        match Operator::of(name) {
            Some(operator) => clauses.push(Arc::new(Clause::new(name, operator, key, boxed(values), variables))),
            None => broken = true,
        }
    }
    let principals = match &draft.principal {
        _ if !kind.has_principals() => Principals::Attached,
        Some((_, negated, entries)) => {
            let entries = entries.iter().map(|(list, (_, text))| entry(*list, text)).collect();
            if *negated { Principals::NotPrincipal(entries) } else { Principals::Principal(entries) }
        }
        None => Principals::Principal(Box::default()),
    };
    let resources = match &draft.resource {
        Some((_, negated, entries)) => Some(Arc::new(Resources::new(*negated, boxed(entries).into(), variables))),
        None => (kind == Kind::Trust).then(|| Arc::new(Resources::own())),
    };
    Statement {
        effect: effect.unwrap_or(StatementEffect::Allow),
        sid: draft.sid.map(|(_, sid)| sid).filter(|sid| !sid.is_empty()).map(Box::from),
        place,
        principals,
        actions: draft.action.as_ref().map(|(_, negated, entries)| Actions::new(*negated, boxed(entries))),
        resources,
        conditions: clauses.into(),
        broken,
    }
}

fn entry(list: List, text: &str) -> Entry {
    let name = match list {
        List::Everyone => Name::Everyone,
        List::Aws => return Entry::aws(text),
        List::Service => Name::Service,
        List::Federated => Name::Federated,
        List::Canonical => Name::Canonical,
    };
    Entry { text: text.into(), name }
}
