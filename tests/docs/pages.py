"""The pages of the documentation, parsed: blocks, links, anchors and code in the text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from docs.generate.markdown import slug

PROJECT = Path(__file__).parents[2]

_NOT_RUN = "not-run: "
_FOLDERS = ("examples", "tests", "engine")


@dataclass(frozen=True)
class Block:
    """A fenced block. Its info string is the language, then perhaps `not-run: REASON`."""

    page: str
    line: int
    info: str
    text: str

    @property
    def language(self) -> str:
        return self.info.partition(" ")[0]

    @property
    def not_run(self) -> str:
        """The reason why no test runs the block; empty for a block that a test runs."""
        return self.info.partition(" ")[2].removeprefix(_NOT_RUN)

    @property
    def is_run(self) -> bool:
        return not self.not_run

    @property
    def commands(self) -> list[str]:
        """The commands of a shell block, without comments; a backslash joins lines."""
        lines = self.text.replace("\\\n", " ").splitlines()
        return [" ".join(line.split()) for line in lines if line.strip() and not line.lstrip().startswith("#")]

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


class Page:
    """One Markdown file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.name = str(file.relative_to(PROJECT))
        self.text = file.read_text()

    def __repr__(self) -> str:
        return self.name

    @cached_property
    def _tokens(self) -> list[Token]:
        return MarkdownIt("commonmark").enable("table").parse(self.text)

    @cached_property
    def _inline(self) -> list[Token]:
        return [child for token in self._tokens for child in token.children or ()]

    @cached_property
    def blocks(self) -> list[Block]:
        return [
            Block(self.name, (token.map or [0])[0] + 1, token.info, token.content)
            for token in self._tokens
            if token.type == "fence"
        ]

    def blocks_in(self, *languages: str) -> list[Block]:
        return [block for block in self.blocks if block.language in languages]

    @cached_property
    def links(self) -> list[str]:
        return [str(token.attrs["href"]) for token in self._inline if token.type == "link_open"]

    @cached_property
    def code(self) -> list[str]:
        """The text in backticks."""
        return [token.content for token in self._inline if token.type == "code_inline"]

    @cached_property
    def anchors(self) -> set[str]:
        """The names that a link can have behind `#`, which GitHub derives from the headings."""
        pairs = zip(self._tokens, self._tokens[1:], strict=False)
        slugs = [slug(re.sub(r"[`*]", "", text.content)) for opening, text in pairs if opening.type == "heading_open"]
        counts = Counter[str]()
        anchors: set[str] = set()
        for anchor in slugs:
            anchors.add(f"{anchor}-{counts[anchor]}" if counts[anchor] else anchor)
            counts[anchor] += 1
        return anchors


def _read_pages() -> list[Page]:
    names = [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "examples/README.md",
        "tests/README.md",
        "engine/README.md",
    ]
    files = [PROJECT / name for name in names]
    return [Page(file) for file in [*files, *sorted((PROJECT / "docs").rglob("*.md"))] if file.exists()]


PAGES = _read_pages()


def page(name: str) -> Page:
    """Return the page with a name, such as `docs/index.md`."""
    return next(page for page in PAGES if page.name == name)
