//! What a request came to.

use super::Route;
use crate::base::{Dialect, Fault, Uuid};
use crate::wire::model::ServiceModel;
use crate::wire::{self, Doc, Headers, Response};
use core::fmt;

/// What a request came to: the answer before the last step of the pipeline, which is to [`encode`](Self::encode) it.
///
/// A face in the caller's own process may read the output as it is, and encode it only for who asks to see the bytes.
pub struct Reply {
    outcome: Outcome,
    request_id: Uuid,
}

enum Outcome {
    Done(Route, Option<Doc>),
    /// By a service, where it is known which.
    Refused(Option<&'static ServiceModel>, Fault),
}

impl Reply {
    /// What an operation gave.
    pub(super) fn of(route: Route, result: Result<Option<Doc>, Fault>, request_id: Uuid) -> Self {
        match result {
            Ok(output) => Self { outcome: Outcome::Done(route, output), request_id },
            Err(fault) => Self::refused(Some(route.service), fault, request_id),
        }
    }

    /// A refusal.
    pub(super) const fn refused(service: Option<&'static ServiceModel>, fault: Fault, request_id: Uuid) -> Self {
        Self { outcome: Outcome::Refused(service, fault), request_id }
    }

    /// The HTTP status: 200, 400, 403, ….
    #[must_use]
    pub fn status(&self) -> u16 {
        match &self.outcome {
            Outcome::Done(..) => 200,
            Outcome::Refused(_, fault) => fault.status(self.dialect()),
        }
    }

    /// Names and values of the HTTP headers.
    #[must_use]
    pub fn headers(&self) -> Headers {
        wire::headers(self.dialect(), self.request_id.text())
    }

    /// What the operation gave, if it was not refused and has an output. Which members are for the caller, and in which
    /// order, the model says.
    #[must_use]
    pub const fn output(&self) -> Option<&Doc> {
        match &self.outcome {
            Outcome::Done(_, output) => output.as_ref(),
            Outcome::Refused(..) => None,
        }
    }

    /// The answer in the words of the service's protocol.
    #[must_use]
    pub fn encode(&self) -> Response {
        let id = self.request_id.text();
        match &self.outcome {
            Outcome::Done(route, output) => wire::encode_ok(route.service, route.operation, output.as_ref(), id),
            Outcome::Refused(service, fault) => wire::encode_fault(*service, fault, id),
        }
    }

    fn dialect(&self) -> Dialect {
        let service = match &self.outcome {
            Outcome::Done(route, _) => Some(route.service),
            Outcome::Refused(service, _) => *service,
        };
        service.map_or(Dialect::Json, |service| service.dialect)
    }
}

/// Shows the status only: outputs hold plaintext.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({})", self.status())
    }
}
