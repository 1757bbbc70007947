"""The form of messages: people read sentences at a prompt, and lines like a compiler's about their settings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SENTENCES = {
    "ArgumentError",
    "BadParameter",
    "ClickException",
    "CommandError",
    "HomeError",
    "NoSandboxError",
    "PortalError",
    "RunError",
    "UsageError",
}
LINES = {"InputError", "Problem", "YamlError"}
_VALUE = "…"
"""A part of a message that is known only when the message is written."""


def _messages(classes: set[str]) -> Iterator[tuple[str, str]]:
    """The place and the text of each message that is written where an error is raised."""
    for package in ("adx_private_link", "azure_sandbox"):
        for source in sorted((ROOT / package).rglob("*.py")):
            for call in ast.walk(ast.parse(source.read_text("utf-8"))):
                if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in classes:
                    place = f"{source.relative_to(ROOT)}:{call.lineno}"
                    yield from ((place, text) for argument in call.args if (text := _text(argument)))


def _text(argument: ast.expr) -> str | None:
    match argument:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part) or _VALUE for part in parts)
        case _:
            return None


def _is_setting(text: str) -> bool:
    """Whether this is the path of a setting, which goes before a problem."""
    return " " not in text


@pytest.mark.parametrize(("place", "message"), [*_messages(SENTENCES)])
def test_a_message_is_a_sentence(place: str, message: str) -> None:
    """It begins with a capital, code or an option, and ends with a full stop or with the words of others."""
    if re.match(rf"[a-z_]+\.{_VALUE}: ", message):  # a line about a setting
        assert not message.endswith("."), place
        return
    assert re.match(rf"[A-Z{_VALUE}`]|--", message), place
    assert message.endswith((".", _VALUE)), place


@pytest.mark.parametrize(("place", "message"), [*_messages(LINES)])
def test_a_problem_is_a_line_without_a_full_stop(place: str, message: str) -> None:
    """It goes behind the name of a file or a setting, before its remedy."""
    if _is_setting(message):
        return
    assert not message[0].isupper(), place
    assert not message.endswith("."), place


def test_these_tests_find_messages() -> None:
    assert len([*_messages(SENTENCES)]) > 40
    assert len([*_messages(LINES)]) > 40
