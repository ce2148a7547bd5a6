"""What is kept of a release is the wheel that it installs, and small in Git."""

import base64
import csv
import hashlib
import tomllib
import zipfile
from importlib.metadata import PathDistribution
from io import StringIO
from pathlib import Path

import pytest

from tests.old.kept_wheels import MARK, numbers, unpack, version, wheels
from tests.platform.processes import ROOT

MOST = 4_000_000  # bytes, of which Git keeps a quarter, and of the next wheel what has changed

of_each = pytest.mark.parametrize("wheel", wheels(), ids=version)


def test_no_wheel_is_of_a_version_to_come() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert wheels()
    assert numbers(version(wheels()[-1])) <= numbers(project["version"])


@of_each
def test_git_can_store_what_has_changed(wheel: Path) -> None:
    """Nothing is compressed or has a date, and the order is always the same."""
    assert wheel.stat().st_size < MOST
    with zipfile.ZipFile(wheel) as archive:
        files = archive.infolist()
    assert {each.compress_type for each in files} == {zipfile.ZIP_STORED}
    assert {each.date_time for each in files} == {(1980, 1, 1, 0, 0, 0)}
    assert files == sorted(files, key=lambda each: each.filename)


@of_each
def test_every_file_is_as_it_was_built(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    (record,) = (name for name in content if name.endswith(".dist-info/RECORD"))
    recorded = {name: kept for name, kept, _ in csv.reader(StringIO(content[record].decode()))}
    assert recorded.keys() == content.keys()
    assert recorded == {name: digest(of) if name != record else "" for name, of in content.items()}
    for private in (b"/tmp/", b"/root/", b"/home/"):
        assert not [name for name, of in content.items() if private in of]


@of_each
def test_an_unpacked_one_is_told_from_the_code_of_today(wheel: Path, tmp_path: Path) -> None:
    (installed,) = unpack(wheel, tmp_path).glob("*.dist-info")
    assert PathDistribution(installed).version == f"{version(wheel)}{MARK}"


def digest(content: bytes) -> str:
    """As a RECORD has it."""
    plain = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode()
    return f"sha256={plain.rstrip('=')}"
