"""Names from outside in previews: a comment shows them, and GitHub obeys none of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from adx_private_link.cli.picture.from_plan import draw
from adx_private_link.cli.picture.markdown import in_markdown
from adx_private_link.cli.report.markdown import markdown
from adx_private_link.cli.report.reading import read_plan
from adx_private_link.cli.report.summary import stack_report

from .previews import BLOB_ZONE, HUB, ZONE, FakePreview, Kind
from .reports import BOTH_KINDS, HOST, PUBLIC, on_a_terminal, reported

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</details><script>",
    "&lt;b&gt; &#64;octocat",
    "@octocat",
    "[click](https://evil.example)",
    "![](https://evil.example/pixel)",
    "https://evil.example",
    "www.evil.example",
    "#1 GH-1",
    "**bold** _it_ ~~no~~",
    "a`b",
    "a``b`",
    "```\n@octocat\n```",
    "line\n\n# Heading\n\n| a | b |",
    "\r\n> quote",
    "a|b",
    "\x1b[31mred",
    "\u202ebackwards",
    "\\`@octocat",
]
_OWN_HTML = re.compile(r"</?details>|<summary>[^<>]*</summary>|</?details>\n?|<details><summary>[^<>]*</summary>\n?")
_PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def _tokens(text: str) -> Iterator[Token]:
    for token in _PARSER.parse(text):
        yield token
        yield from token.children or ()


def _create_preview(name: str, kind: Kind) -> FakePreview:
    """Create a preview with every kind of change, and one name from outside."""
    preview = FakePreview(kind=kind)
    cluster, services = preview.cluster()
    preview.service(services, {"serviceName": "pls"}, {"serviceName": name}, replace=True)
    consumer = preview.consumer(parent=cluster)
    preview.steps[-1]["newState"]["inputs"]["consumer"] = name
    hosts = [f"{name}.westus.kusto.windows.net", HOST]
    preview.steps[-1]["newState"]["inputs"]["hosts"] = {preview.target: hosts}
    preview.endpoint(consumer, {"subnet": {"id": name}}, {"subnet": {"id": f"/x/{name}"}}, replace=True)
    preview.approval(consumer, [name], [name, "c"], "analytics")
    preview.zone(f"{name}@group.subscription", before=False)
    preview.link(name, PUBLIC, None, zones=(preview.zone(HUB, after=False), ""))
    preview.record(consumer, "10.0.0.4", "10.0.0.5", f"{name}@g.s")
    other = preview.consumer("other", parent=cluster)
    preview.endpoint(other, {}, {})
    if kind == "native":
        preview.zone_group(other, {name: f"{name}@g.s", "blob": BLOB_ZONE}, {name: f"x{name}@g.s"}, replace=True)
    preview.step("azure-native:network:Other", name, {"a": name}, {"a": name + "x"}, parent=consumer)
    preview.diagnostics.append({"severity": "warning", "message": f"warning: {name}\n{name}"})
    return preview


def _check(name: str, kind: Kind) -> None:
    plan = read_plan(_create_preview(name, kind).content, name)
    report = stack_report(plan)
    picture = in_markdown(draw(plan, {access.cluster for access in report.access}))
    text = markdown([report], [picture])
    for token in _tokens(text):
        assert token.type not in ("link_open", "image", "heading_open") or token.tag in ("h3", "h4"), token
        if token.type.startswith("html"):
            assert _OWN_HTML.fullmatch(token.content), token
        if token.type == "text":
            assert not re.search(r"@\w|(?i:gh-|#)\d|://|www\.", token.content), token
    lines = [*filter(None, text.split("\n"))]
    assert all(line.replace("\u200b", "").isprintable() for line in lines)
    headings = [token for token in _tokens(text) if token.type == "heading_open"]
    assert len(headings) == 2, "the comment's, and the stack's"
    assert on_a_terminal(report).replace("\n", "").replace("\u200b", "").isprintable()


@BOTH_KINDS
@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_means_anything_to_github(name: str, kind: Kind) -> None:
    _check(name, kind)


@settings(deadline=None)
@given(
    st.text(alphabet="`@#<>[]()!*_|~&;:/\\\n\r\x1bw.aG-1 ", min_size=1, max_size=12),
    st.sampled_from(get_args(Kind)),
)
def test_no_text_means_anything_to_github(name: str, kind: Kind) -> None:
    _check(name, kind)


def test_a_failed_preview_shows_its_messages_as_text() -> None:
    message = "```\n</details>@octocat \x1b]0;title\x07"
    preview = FakePreview(diagnostics=[{"severity": "error", "message": f"error: {message}"}])
    text = markdown([reported(preview)], [""])
    [fence] = [token for token in _tokens(text) if token.type == "fence"]
    assert fence.content == "```\n</details>@octocat \\x1b]0;title\\x07\n"


# A zone of another service, by the stack's own settings


@pytest.mark.parametrize("zone", ["privatelink.vaultcore.azure.net", "net.a", "kusto.windows.net"])
def test_names_outside_of_azure_data_explorer_are_a_risk(zone: str) -> None:
    preview = FakePreview()
    key = f"{zone}@hub.s"
    component = preview.zone(key, before=False)
    preview.steps[-2]["newState"]["inputs"]["zone"] = zone
    preview.link("clients", None, PUBLIC, zones=("", component))
    cluster, _ = preview.cluster()
    preview.record(preview.consumer(parent=cluster), None, "10.0.0.4", key)
    [risk] = [risk for risk in reported(preview).risks if risk.kind == "foreign-zone"]
    assert risk.message == (
        "is not a zone of Azure Data Explorer. Its networks (`clients`) get this stack's addresses for its names "
        "(`adx`)."
    )
    assert f"zone `{zone}`" in risk.headline


def test_a_zone_of_azure_data_explorer_is_no_foreign_zone() -> None:
    preview = FakePreview()
    preview.link("clients", None, PUBLIC, zones=("", preview.zone(f"{ZONE}@hub.s", before=False)))
    assert [risk.kind for risk in reported(preview).risks if risk.kind == "foreign-zone"] == []
