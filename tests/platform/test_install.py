"""`pip install`: all files are in the wheel, and `muster` works in an empty folder.

Without a network: the wheel is built by the pinned setuptools and installed into a fresh virtual
environment. A `.pth` file there names the folder of the libraries of this one, so they are found,
and the editable Muster of this one is not.
"""

import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.manifest import manifest
from sandbox.driver import Slack
from tests.platform.processes import ROOT, clean
from tests.platform.test_run import running, settings

SHIPPED = ("bot", "workers", "sandbox")
SOURCES = (*SHIPPED, "playbooks", "manifest.yml", "pyproject.toml")
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")


def ran(*command: str, cwd: Path) -> str:
    """The output of a command, which must succeed."""
    done = subprocess.run(
        command, cwd=cwd, env=clean(), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def wheel_of(source: Path, into: Path) -> Path:
    build = ("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(into))
    ran(*PIP, *build, str(source), cwd=into)
    (wheel,) = into.glob("*.whl")
    return wheel


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {each for each in archive.namelist() if ".dist-info/" not in each}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository, so that building doesn't change it."""
    copy = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, copy / name, symlinks=True, ignore=ignored)
        else:
            shutil.copy(ROOT / name, copy)
    return copy


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel_of(source, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment with the wheel installed."""
    home = tmp_path_factory.mktemp("venv")
    venv.create(home, symlinks=True)
    fresh = home / "bin" / "python"
    install = ("install", "--no-deps", "--no-index", "--no-compile", str(wheel))
    ran(*PIP, "--python", str(fresh), *install, cwd=home)
    (libraries,) = home.glob("lib/python*/site-packages")
    (libraries / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return fresh


@pytest.fixture
def muster(python: Path) -> str:
    return str(python.with_name("muster"))


def test_every_file_is_in_the_wheel(source: Path, wheel: Path) -> None:
    built = names(wheel)
    files = {
        str(file.relative_to(source)) for package in SHIPPED for file in _files(source / package)
    }
    assert {"bot/packaged/manifest.yml", "bot/packaged/playbooks/oncall.yml"} <= built
    assert "bot/packaged/playbooks/runbooks/bad-deploy.md" in built
    assert built == files, built ^ files


def test_a_wheel_from_the_source_distribution_is_the_same(
    source: Path, wheel: Path, tmp_path: Path
) -> None:
    build = "import sys; from setuptools.build_meta import build_sdist; build_sdist(sys.argv[1])"
    ran(sys.executable, "-c", build, str(tmp_path), cwd=source)
    (archive,) = tmp_path.glob("*.tar.gz")
    (tmp_path / "wheel").mkdir()
    assert names(wheel_of(archive, tmp_path / "wheel")) == names(wheel)


def test_it_is_the_installed_one_that_runs(python: Path, tmp_path: Path) -> None:
    where = ran(str(python), "-c", "import bot; print(bot.__file__)", cwd=tmp_path)
    assert where.startswith(str(python.parent.parent))


def test_the_commands_work_in_an_empty_folder(muster: str, tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert ran(muster, "--version", cwd=tmp_path) == f"muster {project['version']}\n"
    assert ran(muster, "manifest", cwd=tmp_path) == f"{manifest()}\n"
    assert ran(muster, "playbooks", "check", cwd=tmp_path).endswith(
        "the packaged policy: no mistakes\n"
    )
    assert list(tmp_path.iterdir()) == []
    ran(muster, "init", cwd=tmp_path)
    assert ran(muster, "playbooks", "check", cwd=tmp_path).endswith("playbooks: no mistakes\n")
    for file in _files(ROOT / "playbooks"):
        written = tmp_path / file.relative_to(ROOT)
        assert written.read_bytes() == file.read_bytes()


def test_it_runs_in_an_empty_folder_and_the_first_sev1_pages(muster: str, tmp_path: Path) -> None:
    with running(tmp_path, settings(playbooks=None), (muster, "run")) as run:
        assert run.ready()
        assert run.output.count("Using the packaged policy") == 1
        slack = Slack(f"http://127.0.0.1:{run.env['MUSTER_SANDBOX_PORT']}")
        slack.person("ana").types("/incident declare sev1 Checkout is down", "general")
        slack.person("bob").dm().expects("Checkout is down", kind="page", within=20)


def _files(folder: Path) -> Iterator[Path]:
    """All files below, following links; without caches of editors and Python."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name != "__pycache__":
            yield from _files(path)
        elif path.is_file() and not path.name.startswith("."):
            yield path
