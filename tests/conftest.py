"""What all tests share: hypothesis profiles, and which tests may be skipped where.

A skipped test is a promise not kept, so a build machine says that it has a browser (FAIROFFER_REQUIRE_BROWSER=1) or the
real data (FAIROFFER_REQUIRE_DATA=1), and the tests that need them fail there instead of being skipped.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.cli.command import Ending, Run

ROOT = Path(__file__).resolve().parent.parent
PROFILE = os.environ.get("FAIROFFER_PROFILE", "default")

_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile("default", max_examples=60, deadline=None, suppress_health_check=_QUIET)
settings.register_profile("soak", max_examples=2000, deadline=None, suppress_health_check=_QUIET)
settings.load_profile(PROFILE)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("soak") and PROFILE != "soak":
        pytest.skip("only in the long profile: make soak")
    if item.get_closest_marker("browser") and _browser() is None:
        _missing("FAIROFFER_REQUIRE_BROWSER", "no chromium on this machine")
    if item.get_closest_marker("real") and _data() is None:
        _missing("FAIROFFER_REQUIRE_DATA", "FAIROFFER_DATA names no folder with real data")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process: `run("audit", path)` gives its exit code and both streams."""

    from fairoffer.cli.main import main

    def command(*arguments: str | Path) -> Ending:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        streams = capsys.readouterr()
        return Ending(code, streams.out, streams.err)

    return command


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data; for tests marked `real`."""
    found = _data()
    if found is None:
        _missing("FAIROFFER_REQUIRE_DATA", "FAIROFFER_DATA names no folder with real data")
    return found


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path; for tests marked `browser`."""
    found = _browser()
    if found is None:
        _missing("FAIROFFER_REQUIRE_BROWSER", "no chromium on this machine")
    return found


def _browser() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def _data() -> Path | None:
    named = os.environ.get("FAIROFFER_DATA", "")
    return Path(named) if named and Path(named).is_dir() else None


def _missing(required: str, reason: str) -> None:
    if os.environ.get(required) == "1":
        pytest.fail(f"{reason}, and {required}=1 says that this test must run")
    pytest.skip(reason)
