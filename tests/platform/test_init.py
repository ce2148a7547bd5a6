"""`muster init` writes only missing files, and `.env` explains every setting."""

import re
from pathlib import Path

import pytest

from bot.init import dotenv
from bot.settings import Settings, load
from tests.harness.command import muster
from tests.platform.processes import ROOT


def test_it_writes_a_policy_and_settings_to_start_from(tmp_path: Path) -> None:
    ran = muster("init", "new/folder", cwd=tmp_path)
    assert ran.returncode == 0, ran
    folder = tmp_path / "new" / "folder"
    written = [str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file()]
    assert sorted(ran.stdout.splitlines()) == sorted(f"written  {name}" for name in written)
    for name in ("playbooks/oncall.yml", "playbooks/runbooks/bad-deploy.md"):
        assert (folder / name).read_text() == (ROOT / name).read_text()
    assert (folder / ".env").read_text() == dotenv()
    assert (folder / ".env").stat().st_mode & 0o077 == 0  # it will contain tokens


def test_existing_files_are_kept(tmp_path: Path) -> None:
    (tmp_path / "playbooks").mkdir()
    for name in (".env", "playbooks/oncall.yml"):
        (tmp_path / name).write_text("mine\n")
    (tmp_path / "playbooks" / "roles.yml").symlink_to("nowhere")
    said = muster("init", cwd=tmp_path).stdout.splitlines()
    kept = {".env", "playbooks/oncall.yml", "playbooks/roles.yml"}
    assert {line.split()[1] for line in said if line.startswith("kept ")} == kept
    assert "written  playbooks/severities.yml" in said
    assert (tmp_path / ".env").read_text() == "mine\n"
    assert (tmp_path / "playbooks" / "oncall.yml").read_text() == "mine\n"
    assert not (tmp_path / "playbooks" / "nowhere").exists()
    again = muster("init", cwd=tmp_path).stdout.splitlines()
    assert {line.split()[0] for line in again} == {"kept"}


def test_a_folder_that_cant_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "playbooks").write_text("a file\n")
    ran = muster("init", cwd=tmp_path)
    assert ran.returncode == 1
    assert re.fullmatch(r"muster: can't write playbooks/\S+: .*\n", ran.stderr), ran


def test_env_explains_every_setting_and_sets_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = dotenv().splitlines()
    assert all(not line or line.startswith("#") for line in lines)
    for name, field in Settings.model_fields.items():
        assert field.title, name
        assert field.description, name
        (at,) = [n for n, line in enumerate(lines) if line.startswith(f"#{name.upper()}=")]
        assert lines[at - 2 : at] == [f"# {field.title}", f"# Value: {field.description}."]
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text(dotenv())
    assert load().model_fields_set == set()


def test_the_defaults_that_env_shows_are_the_defaults(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "playbooks").mkdir()
    defaults = load()
    Path(".env").write_text(re.sub(r"(?m)^#(?=[A-Z_]+=)", "", dotenv()))
    shown = load()
    assert shown == defaults
    assert {"port", "muster_playbooks", "log_level"} <= shown.model_fields_set
