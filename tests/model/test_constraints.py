"""Every constraint of AWS's model is enforced, one broken at a time, with AWS's sentence; what stands at a bound passes."""

from __future__ import annotations

import collections

import kms_model
import kmslab
import pytest


@pytest.fixture(scope="module")
def lab() -> kmslab.Lab:
    """One lab for all: nothing here changes it."""
    return kmslab.Lab()


# Bounds of the model beyond those that the service has, with AWS's sentence: kms.md 1.5 and 9.3.
NARROWER = {"Limit", "PendingWindowInDays"}


@pytest.mark.parametrize("operation", kms_model.OPERATIONS)
def test_a_broken_constraint_is_refused_in_awss_words(operation: str, lab: kmslab.Lab) -> None:
    wrong = []
    for case in kms_model.breaking(operation):
        code, said = kms_model.post(lab, operation, case.given)
        want = kms_model.message(operation, case.given)
        assert bool(want) != case.rule.endswith("imum"), f"{case}: the case is not what it says"
        if want:
            right = code == "ValidationException" and kms_model.in_order(said) == kms_model.in_order(want)
        else:
            # What is said then is of another member, or beyond the model.
            named = f"'{kms_model.lower_camel(case.at)}"
            right = case.at in NARROWER or "failed to satisfy constraint" not in said or named not in said
        if not right:
            wrong.append(f"{case}: {code} {said[:300]}\n    not: {want[:300]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("operation", kms_model.OPERATIONS)
def test_the_smallest_valid_input_passes_the_model(operation: str, lab: kmslab.Lab) -> None:
    shape = kms_model.inputs(operation)
    code, said = kms_model.post(lab, operation, kms_model.example(shape) if shape else {})
    assert code != "SerializationException"
    # What the model does not require, the operation may.
    assert "failed to satisfy constraint" not in said or "must not be null" in said, said


def test_every_constraint_is_broken_somewhere() -> None:
    cases = [case for operation in kms_model.OPERATIONS for case in kms_model.breaking(operation)]
    last = ("required" if "without" in case.rule else case.rule.rpartition(" ")[2] for case in cases)
    rules = collections.Counter(last)
    print(f"{len(cases)} inputs, by what is at stake: {dict(rules)}")
    # A constraint is the pair of a shape and a rule: each that an input has is broken by some case.
    wanted, tried = set(), set()
    for operation in kms_model.OPERATIONS:
        for name, shape in (kms_model.inputs(operation).members if kms_model.inputs(operation) else {}).items():
            wanted |= {(operation, name, rule) for rule in kms_model.sentences(shape)}
        for case in kms_model.breaking(operation):
            tried.add((operation, case.at, case.rule))
    # No length is below 0.
    left = {
        (operation, name, rule)
        for operation, name, rule in wanted - tried
        if rule != "min" or kms_model.inputs(operation).members[name].metadata["min"] != 0
    }
    assert not left
    print(f"{len(wanted)} constraints of {len(kms_model.OPERATIONS)} operations' members, and those of their elements")
