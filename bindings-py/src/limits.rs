//! What stands around the accounts of a lab: an organization, and VPC endpoints.

use crate::lab::Lab;
use crate::words::{misused, parse_account, parse_region};
use kmslab::lab::EndpointFixture;
use pyo3::prelude::*;

/// The organization of a lab, as JSON.
#[pyfunction]
pub(crate) fn organization(py: Python<'_>, lab: &Bound<'_, Lab>) -> PyResult<Option<String>> {
    lab.get().with(py, |lab| lab.organization())
}

/// Puts an organization, as JSON, in the place of the one there was.
#[pyfunction]
pub(crate) fn set_organization(py: Python<'_>, lab: &Bound<'_, Lab>, text: Option<String>) -> PyResult<()> {
    let set = lab.get().with(py, move |lab| match text {
        Some(text) => lab.set_organization(&text),
        None => {
            lab.dissolve_organization();
            Ok(())
        }
    })?;
    set.map_err(misused)
}

/// Puts a VPC endpoint into a lab: its id, its VPC, and its host name.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "the parts of an endpoint, each by its name")]
pub(crate) fn add_vpc_endpoint(
    py: Python<'_>,
    lab: &Bound<'_, Lab>,
    endpoint_id: Option<String>,
    vpc: Option<String>,
    service: String,
    account: Option<&str>,
    region: Option<&str>,
    policy: Option<String>,
) -> PyResult<(String, String, String)> {
    let account = account.map(parse_account).transpose()?;
    let region = region.map(parse_region).transpose()?;
    let fixture = EndpointFixture { id: endpoint_id, vpc, service: Some(service), account, region, policy };
    let made = lab.get().with(py, |lab| lab.add_vpc_endpoint(fixture))?.map_err(misused)?;
    let host = made.host();
    Ok((made.id, made.vpc, host))
}
