"""Sample files that were given beside the project (../shared/data): their tests run where the folder is there.

A clone stands alone: without the folder these tests are not collected and one line at the end says so. In CI
(CI=true) its absence fails the run.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

GIVEN = Path(__file__).resolve().parents[3] / "shared" / "data"
ABSENT = "tests/given did not run: there is no ../shared/data beside this clone."

if not GIVEN.is_dir():
    if os.environ.get("CI") == "true":
        raise pytest.UsageError("CI=true, and there is no ../shared/data beside this clone for tests/given.")
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def given() -> Path:
    """The folder of sample files."""
    return GIVEN


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line that the folder was not there."""
    if not GIVEN.is_dir():
        terminalreporter.write_line(ABSENT, yellow=True)
