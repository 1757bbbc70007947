"""Commands of this project in the text of a page, parsed by the click objects that would run them."""

from __future__ import annotations

import re
import shlex

import click

from docs.generate.commands import PROGRAMS, contexts

_CONTEXTS = {context.command_path: context for name, program in PROGRAMS.items() for context in contexts(program, name)}
_ENDS = re.compile(r"^(\||\|\||&&|;|>|>>|<|2>)$")


def parse_commands(line: str) -> list[str]:
    """
    Return the commands of this project in a line of shell, such as `adx-private-link dns export`.

    Raises:
        click.UsageError: One of them has no such subcommand or option.
    """
    if not any(program in line for program in PROGRAMS):
        return []
    words = _split(line)
    parsed: list[str] = []
    for index, word in enumerate(words):
        program = word.removeprefix(".venv/bin/")
        if program in PROGRAMS and (index == 0 or words[index - 1] in ("--", "|", "&&", ";", "then")):
            parsed.append(_parse(program, words[index + 1 :]))
    return parsed


def _split(line: str) -> list[str]:
    """Split a line of shell into words and operators."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    return list(lexer)


def _parse(path: str, words: list[str]) -> str:
    """Return the whole name of a command, which has all the options in its words."""
    end = next((index for index, word in enumerate(words) if _ENDS.match(word)), len(words))
    words = words[:end]
    context = _CONTEXTS[path]
    while True:
        _, words, _ = context.command.make_parser(context).parse_args(words)
        if not isinstance(context.command, click.Group) or not words:
            return context.command_path
        path = f"{context.command_path} {words[0]}"
        if path not in _CONTEXTS:
            raise click.UsageError(f"no such command: {path}")
        context, words = _CONTEXTS[path], words[1:]
