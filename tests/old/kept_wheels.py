"""The wheels of releases: each is kept in `tests/old/wheels/` and runs beside the code of today in
`tests/faults/test_rolling_upgrade.py`.

`make wheel` keeps that of the commit that is checked out; what isn't committed isn't in it. The
files in it are not compressed: Git does that, and of a further wheel it stores only what has
changed.
"""

import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from tests.platform.processes import ROOT

KEPT = Path(__file__).parent / "wheels"
BUILD = ("wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation")
MARK = "+kept"  # behind the version of an unpacked one: `muster doctor` tells it from today's


def wheels() -> list[Path]:
    """Those that are kept, the oldest release first."""
    return sorted(KEPT.glob("*.whl"), key=lambda wheel: numbers(version(wheel)))


def version(wheel: Path) -> str:
    """
    >>> version(Path("muster-0.2.0-py3-none-any.whl"))
    '0.2.0'
    """
    return wheel.name.split("-")[1]


def numbers(version: str) -> list[int]:
    """
    >>> numbers("0.10.0") > numbers("0.9.2")
    True
    """
    return [*map(int, version.split("."))]


def unpack(wheel: Path, into: Path) -> Path:
    """`into`, with the packages of this release, as `pip install --no-deps --target` leaves them.

    Its version gets a `MARK`: today's code may still have the same one.
    """
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(into)
    (metadata,) = into.glob("*.dist-info/METADATA")
    told = metadata.read_text(encoding="utf-8")
    marked = re.sub(r"^(Version: .*)$", rf"\1{MARK}", told, count=1, flags=re.MULTILINE)
    metadata.write_text(marked, encoding="utf-8")
    return into


def keep(folder: Path = KEPT) -> Path:
    """Build the wheel of the commit that is checked out, in place of another of its version. The
    same commit gives the same bytes.

    Raises `FileExistsError` if that version has been released (it has a tag): its wheel stays.
    """
    with tempfile.TemporaryDirectory() as build:
        source = Path(build) / "source"
        _git("clone", "--quiet", "--shared", str(ROOT), str(source))
        pip = [sys.executable, "-m", "pip", *BUILD, "--wheel-dir", build, str(source)]
        subprocess.run(pip, check=True)
        (built,) = Path(build).glob("*.whl")
        tag = f"v{version(built)}"
        if _git("tag", "--list", tag).strip():
            raise FileExistsError(f"{tag} is released: raise the version in pyproject.toml first")
        return _repack(built, folder / built.name)


def _repack(wheel: Path, into: Path) -> Path:
    """With its files uncompressed, in the order of their names, without the time of day."""
    into.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(wheel) as archive, zipfile.ZipFile(into, "w") as kept:
        for each in sorted(archive.infolist(), key=lambda info: info.filename):
            plain = zipfile.ZipInfo(each.filename)
            plain.external_attr = each.external_attr
            kept.writestr(plain, archive.read(each))
    return into


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True).stdout


if __name__ == "__main__":
    wheel = keep()
    print(f"kept: {wheel.relative_to(ROOT)}, {wheel.stat().st_size // 1000} kB")
