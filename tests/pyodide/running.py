"""Runs the Python tests in Pyodide, for pyodide.test.mjs.

Every file of tests/python runs, but for what is named here: what needs that which WebAssembly has not, or a package that
is not beside kmslab in its folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]

# Reason, then files, or tests of files.
LEFT_OUT: dict[str, tuple[str, ...]] = {
    "needs a library that is not in Pyodide's folder": (
        "test_attestation.py",
        "test_authorize_table.py",
        "test_encryption_sdk.py",
        "test_envelope_interop.py",
        "test_imported_keys.py",
        "test_key_pairs.py",
        "test_moto.py",
        "test_notebook.py",
    ),
    "starts the command in another process": (
        "test_cli.py",
        "test_sealing_cli.py",
        "test_lab_options.py",
        "test_access.py::test_the_command",
        "test_checking.py::test_exit_codes",
        "test_checking.py::test_exit_code_of_misuse",
        "test_checking.py::test_text_tells_place_reason_and_remedy",
        "test_checking.py::test_standard_input_and_kind",
        "test_checking.py::test_a_template_of_cloudformation",
        "test_checking.py::test_a_plan_of_terraform",
        "test_checking.py::test_sarif_has_its_required_members",
        "test_checking.py::test_a_template_in_yaml",
        "test_checking.py::test_parts_are_selected",
        "test_checking.py::test_a_bad_query_is_told",
        "test_checking.py::test_a_query_that_chooses_nothing_is_told",
        "test_envelope.py::test_memory_does_not_grow_with_the_stream",
        "test_inspect.py::test_the_command_takes_base64_files_answers_and_standard_input",
        "test_inspect.py::test_the_command_refuses_what_is_no_ciphertext",
        "test_lab.py::test_what_is_not_installed_is_named",
    ),
    "needs threads, or an event loop that waits": (
        "test_envelope.py::test_threads_share_an_envelope_and_wait_for_no_lock",
        "test_roads.py::test_threads_with_labs_of_their_own_do_not_see_each_other",
        "test_roads.py::test_a_lab_of_the_main_thread_serves_the_others",
        "test_roads.py::test_a_lab_of_a_thread_does_not_serve_the_others",
        "test_roads.py::test_tasks_with_labs_of_their_own_do_not_see_each_other",
        "test_roads.py::test_a_lab_is_shared_by_threads",
    ),
    "makes clients of S3, whose model is left out": (
        "test_roads.py::test_a_handler_may_answer_itself",
        "test_roads.py::test_nothing_opens_a_socket",
        "test_roads.py::test_other_services_do_not_reach_the_network",
    ),
    "listens on a socket": ("test_roads.py::test_this_machine_is_not_the_network",),
}


def main() -> dict[str, object]:
    """Runs the tests; tells pytest's exit code, and how many tests passed, failed and so on."""
    tests = REPOSITORY / "tests" / "python"
    left_out = {name for names in LEFT_OUT.values() for name in names}
    files = {file.name for file in tests.glob("test_*.py")}
    if unknown := {name.partition("::")[0] for name in left_out} - files:
        raise SystemExit(f"no such tests: {unknown}")
    sys.dont_write_bytecode = True
    counter = Counter()
    code = pytest.main(
        [
            *("-q", "-p", "no:cacheprovider", "-p", "no:faulthandler", "--capture=sys"),
            *(f"--rootdir={REPOSITORY}", f"--config-file={REPOSITORY / 'pyproject.toml'}"),
            *(f"--deselect=tests/python/{name}" for name in sorted(left_out - files)),
            *(str(tests / name) for name in sorted(files - left_out)),
        ],
        plugins=[counter],
    )
    return {"code": int(code), **counter.counts}


class Counter:
    """A plugin that counts outcomes."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Counts a test once: its call, or what kept it from being called."""
        if report.when == "call" or not report.passed:
            self.counts[report.outcome] = self.counts.get(report.outcome, 0) + 1
