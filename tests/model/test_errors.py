"""Every exception that AWS's model lists for an operation is raised by some recipe, or cannot be for a reason."""

from __future__ import annotations

import kms_model
import pytest
import recipes
from botocore.exceptions import ClientError

LISTED = [(operation, code) for operation in kms_model.OPERATIONS for code in kms_model.errors(operation)]


def recipe(operation: str, code: str) -> recipes.Recipe | None:
    """How the operation comes to the exception, if it can."""
    if (operation, code) in recipes.OTHERWISE:
        return recipes.OTHERWISE[operation, code]
    return None if (operation, code) in recipes.UNRAISED else recipes.RECIPES.get(code)


RAISED = [(*pair, made) for pair in LISTED if (made := recipe(*pair)) is not None]


@pytest.mark.parametrize(("operation", "code", "made"), RAISED, ids=["-".join(row[:2]) for row in RAISED])
def test_a_modelled_exception_is_raised(operation: str, code: str, made: recipes.Recipe) -> None:
    with pytest.raises(ClientError) as raised:
        made(operation)
    assert raised.value.operation_name == operation
    assert raised.value.response["Error"]["Code"] == code, raised.value
    # The status is the model's, too: that of faults of the service is 500.
    shapes = {shape.name: shape for shape in kms_model.SERVICE.operation_model(operation).error_shapes}
    status = 500 if shapes[code]._shape_model.get("fault") else 400
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_the_tables_are_about_the_model() -> None:
    listed, codes = set(LISTED), {code for _, code in LISTED}
    new = {(operation, code) for operation, code in listed if not _told(operation, code)}
    assert not new, f"new in this botocore: {sorted(new)}"
    assert set(recipes.RECIPES) <= codes
    assert set(recipes.OTHERWISE) <= listed
    assert {key for key in recipes.UNRAISED if (key in codes if isinstance(key, str) else key in listed)} == set(
        recipes.UNRAISED
    )
    raised = {code for _, code, _ in RAISED}
    print(f"{len(RAISED)} of {len(listed)} exceptions of operations; {len(raised)} of {len(codes)} codes")


def _told(operation: str, code: str) -> bool:
    pair = (operation, code)
    of_code = code in recipes.RECIPES or code in recipes.UNRAISED
    return of_code or pair in recipes.OTHERWISE or pair in recipes.UNRAISED
