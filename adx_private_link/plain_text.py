"""Text from outside, made safe to show: control characters are escaped, everything else stays as it is."""

from __future__ import annotations

import unicodedata

_INVISIBLE = frozenset(["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"])
"""Unicode categories without a shape of their own: control characters (ANSI escapes begin with one), marks that turn
the direction of text around, lone surrogates, private and unassigned code points, line and paragraph separators."""


def escaped(text: str) -> str:
    r"""
    Text that a terminal shows and does not obey: `\x1b`, `\u202e` and their like are spelt out.

    Line feeds and tabs stay, because messages have lines; a Windows line end becomes a line feed.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_escaped, text.replace("\r\n", "\n")))


def escaped_line(text: str) -> str:
    r"""The same for a value that belongs on one line: line feeds and tabs are spelt out as well."""
    return escaped(text).replace("\n", "\\n").replace("\t", "\\t")


def _escaped(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in _INVISIBLE:
        return character
    return character.encode("unicode_escape").decode()
