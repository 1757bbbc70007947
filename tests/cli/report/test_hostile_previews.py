"""Names in a preview and in a state are other people's: a comment shows them, and GitHub obeys none of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

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

from .previews import HUB, ZONE, FakePreview
from .reports import HOST, PUBLIC, on_a_terminal, reported

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
    for each in _PARSER.parse(text):
        yield each
        yield from each.children or ()


def _preview(name: str) -> FakePreview:
    """A stack with every change, and one name from outside."""
    made = FakePreview()
    cluster, services = made.cluster()
    made.service(services, {"serviceName": "pls"}, {"serviceName": name}, replace=True)
    side = made.consumer(of=cluster)
    made.steps[-1]["newState"]["inputs"]["consumer"] = name
    made.steps[-1]["newState"]["inputs"]["hosts"] = {"engine": [f"{name}.westus.kusto.windows.net", HOST]}
    made.endpoint(side, {"subnet": {"id": name}}, {"subnet": {"id": f"/x/{name}"}}, replace=True)
    made.approval(side, [name], [name, "c"], "analytics")
    made.zone(f"{name}@group.subscription", before=False)
    made.link(name, PUBLIC, None, zones=(made.zone(HUB, after=False), ""))
    made.record(side, "10.0.0.4", "10.0.0.5", f"{name}@g.s")
    made.step("azure-native:network:Other", name, {"a": name}, {"a": name + "x"}, parent=side)
    made.diagnostics.append({"severity": "warning", "message": f"warning: {name}\n{name}"})
    return made


def _check(name: str) -> None:
    plan = read_plan(_preview(name).content, name)
    report = stack_report(plan)
    picture = in_markdown(draw(plan, {each.cluster for each in report.access}))
    text = markdown([report], [picture])
    for each in _tokens(text):
        assert each.type not in ("link_open", "image", "heading_open") or each.tag in ("h3", "h4"), each
        if each.type.startswith("html"):
            assert _OWN_HTML.fullmatch(each.content), each
        if each.type == "text":
            assert not re.search(r"@\w|(?i:gh-|#)\d|://|www\.", each.content), each
    lines = [*filter(None, text.split("\n"))]
    assert all(each.replace("\u200b", "").isprintable() for each in lines)
    headings = [each for each in _tokens(text) if each.type == "heading_open"]
    assert len(headings) == 2, "the comment's, and the stack's"
    assert on_a_terminal(report).replace("\n", "").replace("\u200b", "").isprintable()


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_means_anything_to_github(name: str) -> None:
    _check(name)


@settings(deadline=None)
@given(st.text(alphabet="`@#<>[]()!*_|~&;:/\\\n\r\x1bw.aG-1 ", min_size=1, max_size=12))
def test_no_text_means_anything_to_github(name: str) -> None:
    _check(name)


def test_a_failed_preview_shows_its_messages_as_text() -> None:
    said = "```\n</details>@octocat \x1b]0;title\x07"
    made = FakePreview(diagnostics=[{"severity": "error", "message": f"error: {said}"}])
    text = markdown([reported(made)], [""])
    [fence] = [each for each in _tokens(text) if each.type == "fence"]
    assert fence.content == "```\n</details>@octocat \\x1b]0;title\\x07\n"


# A zone of another service, by the stack's own settings


@pytest.mark.parametrize("zone", ["privatelink.vaultcore.azure.net", "net.a", "kusto.windows.net"])
def test_names_outside_of_azure_data_explorer_are_a_risk(zone: str) -> None:
    made = FakePreview()
    key = f"{zone}@hub.s"
    component = made.zone(key, before=False)
    made.steps[-2]["newState"]["inputs"]["zone"] = zone
    made.link("clients", None, PUBLIC, zones=("", component))
    cluster, _ = made.cluster()
    made.record(made.consumer(of=cluster), None, "10.0.0.4", key)
    [risk] = [each for each in reported(made).risks if each.kind == "foreign-zone"]
    assert risk.message == (
        "is not a zone of Azure Data Explorer. Its networks (`clients`) get this stack's addresses for its names "
        "(`adx`)."
    )
    assert f"zone `{zone}`" in risk.headline


def test_a_zone_of_azure_data_explorer_is_no_foreign_zone() -> None:
    made = FakePreview()
    made.link("clients", None, PUBLIC, zones=("", made.zone(f"{ZONE}@hub.s", before=False)))
    assert [each.kind for each in reported(made).risks if each.kind == "foreign-zone"] == []
