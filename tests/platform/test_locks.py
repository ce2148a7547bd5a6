"""The lock files: everything pinned by hash, and the tests run what production does."""

import re

import pytest

from tests.platform.processes import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")
_PIN = re.compile(r"(?P<name>[a-z0-9.-]+)==(?P<version>[^ ]+)(?: ; (?P<where>.+))?")
_HASH = re.compile(r"sha256:[0-9a-f]{64}")


def pins(lock: str) -> dict[tuple[str, str], tuple[str, list[str]]]:
    """The version and hashes of each package, by its name and where it is installed."""
    first, *lines = (ROOT / lock).read_text().splitlines()
    assert first.startswith("# ")
    found = {}
    for line in "\n".join(lines).replace("\\\n", "").splitlines():
        pin, *hashes = line.split(" --hash=")
        read = _PIN.fullmatch(pin.strip())
        assert read, line
        found[read["name"], read["where"] or ""] = (
            read["version"],
            [each.strip() for each in hashes],
        )
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_by_hash(lock: str) -> None:
    found = pins(lock)
    assert found
    for package, (_, hashes) in found.items():
        assert hashes, package
        assert all(map(_HASH.fullmatch, hashes)), package


@pytest.mark.parametrize("lock", LOCKS)
def test_it_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert not re.search(r"^\s*-[^-]|--(?!hash=)", text, re.MULTILINE)


def test_both_have_the_same_versions() -> None:
    production, tests = map(pins, LOCKS)
    assert production.items() <= tests.items()


def test_production_has_nothing_that_only_tests_need() -> None:
    names = {name for name, _ in pins("requirements.lock")}
    assert {"slack-bolt", "redis", "rq", "setuptools"} <= names
    assert not names & {"pytest", "mypy", "ruff", "hypothesis", "playwright", "psutil"}
