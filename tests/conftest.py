"""What all tests share: where outside files are, and how hypothesis looks for examples."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent

# No deadline: a busy machine is not a fault of the product. In the build the same
# examples are tried each time; at the desk new ones, kept in .hypothesis.
settings.register_profile(
    "desk", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("build", settings.get_profile("desk"), derandomize=True, database=None)
settings.register_profile("thorough", settings.get_profile("desk"), max_examples=1000)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("build" if os.environ.get("CI") else "desk")
)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def material() -> Path:
    """The folder of reference values, third-party files and real data.

    They are not ours to publish, so they lie outside the repository: beside it in
    `shared`, or where VENDOREVAL_MATERIAL says (relative to the repository). Without
    them a test is skipped with the reason printed; in the build it fails.
    """
    folder = (ROOT / os.environ.get("VENDOREVAL_MATERIAL", "../shared")).resolve()
    if folder.is_dir():
        return folder
    reason = f"{folder} is missing; name the folder in VENDOREVAL_MATERIAL"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium of the system, which may reach nothing outside the machine.

    Without one a test is skipped with the reason printed; in the build it fails.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        reason = "chromium is missing; on Debian: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    quiet += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=quiet)
        yield chromium
        chromium.close()
