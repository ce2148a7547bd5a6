"""People's text on terminals and in logs can't act there, hide something or forge a line."""

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.log import _cleaned, _renderer
from bot.private_file import save
from bot.terminal import clean, echo, one_line

HOSTILE = ["\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "\rINC-8", "\u202egnp", "a\x00b", "\x7f"]


@given(st.text())
def test_nothing_that_acts_is_left(text: str) -> None:
    for char in clean(text):
        assert char in "\n\t" or char.isprintable() or char.isspace() or ord(char) >= 0xA0
    assert not {*clean(text)} & {"\x1b", "\x9b", "\r", "\x00", "\x07", "\u202e", "\u2028"}


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1


@given(st.recursive(st.text(), lambda each: st.lists(each) | st.dictionaries(st.text(), each)))
def test_json_stays_the_same(data: object) -> None:
    assert json.loads(clean(json.dumps(data, ensure_ascii=False))) == data


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_printed_is_cleaned(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    echo(f"before {text} after")
    assert text not in capsys.readouterr().out


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize("text", [*HOSTILE, "ok\n2026-11-30 [error] forged"])
def test_so_are_log_lines(text: str, form: str) -> None:
    event = {"event": f"said {text}", "reason": text}
    line = str(_renderer(form)(None, "info", _cleaned(None, "info", event)))
    assert text not in line
    assert len(line.splitlines()) == 1


def test_a_saved_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "draft.md"
    file.write_text("old")
    file.chmod(0o644)
    save(file, [b"new"])
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    save(Path("/dev/null"), [b"thrown away"])
    assert not Path("/dev/null.part").exists()
    assert Path("/dev/null").is_char_device()
