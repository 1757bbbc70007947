"""Mistakes in a stack file are reported on their lines, without Pulumi."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adx_private_link.cli.check.stack_file import check_stack_file
from adx_private_link.cli.pulumi.stack_files import Locations, StackFile
from tests.samples.random_stacks import Stack, peaceful_stacks

from ..projects import CLUSTER, RIGHT, SUBNET, problem_lines, run, write

MISTAKES: dict[str, tuple[str, list[str]]] = {
    "an id of another type": (
        RIGHT.replace("/subnets/clients", ""),
        ["7: adx-private-link:consumers.analytics.subnet_id ('/subscriptions/22222222…"],
    ),
    "a misspelt setting": (
        RIGHT + "      approvel: auto\n",
        ["10: adx-private-link:consumers.analytics.approvel: is not a setting; did you mean `approval`? Known: "],
    ),
    "a misspelt section": (
        RIGHT + "  adx-private-link:consumer: {}\n",
        ["10: adx-private-link:consumer: is not a setting; did you mean `consumers`?"],
    ),
    "a misspelt namespace": (
        RIGHT + "  adx-privatelink:external_consumers: {}\n",
        ["10: adx-privatelink:external_consumers: is not a setting of adx-private-link, so nothing reads it; did you"],
    ),
    "a wrong type": (
        RIGHT.replace("        resource_group: analytics", "        resource_group: analytics\n        ttl: soon"),
        ["10: adx-private-link:consumers.analytics.dns.ttl ('soon'): is not a whole number; write it in digits"],
    ),
    "an item of a list": (
        RIGHT.replace("    myadx:\n", "    myadx:\n      visibility:\n        - all\n"),
        ["5: adx-private-link:clusters.myadx.visibility.0 ('all'): is not a subscription id; write a GUID such as"],
    ),
    "a missing setting, on the line of its section": (
        RIGHT.replace(f"      subnet_id: {SUBNET}\n", ""),
        ["6: adx-private-link:consumers.analytics.subnet_id: is missing; write it. Subnet of the private endpoints."],
    ),
    "a missing section": (
        "config:\n  adx-private-link:consumers: {}\n",
        ["1: adx-private-link:clusters: is missing; write it: "],
    ),
    "an empty section": (
        RIGHT + "  adx-private-link:hand_overs:\n",
        ["10: adx-private-link:hand_overs (''): is not a mapping; "],
    ),
    "a repeated key, which Pulumi rejects": (
        RIGHT + "      tags: {team: data, team: dev}\n    second: {}\n    second:\n      approval: auto\n",
        [
            "10: `team` is already on line 10; remove one of the two",
            "12: `second` is already on line 11; remove one of the two",
            "12: adx-private-link:consumers.second.dns: is missing; ",
            "12: adx-private-link:consumers.second.subnet_id: is missing; ",
        ],
    ),
    "invalid YAML": (
        RIGHT + "      tags: [x\n",
        ["11: is not YAML: while parsing a flow sequence, "],
    ),
    "a tab": (RIGHT + "\t  x: y\n", ["10: is not YAML: while scanning"]),
    "an alias of nothing": (RIGHT + "      tags: *tags\n", ["10: is not YAML: found undefined alias"]),
    "an alias of itself": (
        RIGHT + "      tags: &tags {all: *tags}\n",
        ["10: adx-private-link:consumers.analytics.tags.all: is not text", "10: refers to itself"],
    ),
    "a list": ("- config\n", ["1: is not a mapping; write the settings below `config:`"]),
    "a list for configuration": ("config: [x]\n", ["1: config: is not a mapping"]),
    "JSON text": (
        RIGHT + '  adx-private-link:external_consumers: \'{"partner": {"subscription": "theirs"}}\'\n',
        ["10: adx-private-link:external_consumers.partner.subscription ('theirs'): is not a subscription id"],
    ),
    "text that is no JSON": (
        RIGHT + "  adx-private-link:external_consumers: partner\n",
        ["10: adx-private-link:external_consumers ('partner'): is not a mapping"],
    ),
    "an encrypted value": (
        RIGHT.replace(
            f"subnet_id: {SUBNET}", "subnet_id:\n        secure: v1:pSSfenZ41OAwwtvP:L/sFL0VgIQWvQph3E9GXSmY="
        ),
        ["7: adx-private-link:consumers.analytics.subnet_id: is encrypted; no setting is a secret: write it in plain"],
    ),
    "an encrypted section": (
        RIGHT + "  adx-private-link:external_consumers:\n    secure: v1:pSSfenZ41OAwwtvP:L/sFL0VgIQWvQph3E9GXSmY=\n",
        ["10: adx-private-link:external_consumers: is encrypted"],
    ),
    "two consumers that conflict": (
        RIGHT + f"    second:\n      subnet_id: {SUBNET}\n      dns:\n        resource_group: analytics\n",
        [
            "12: adx-private-link:consumers.second.dns.links.own ('/subscriptions/22222222",
            "12: adx-private-link:consumers.second.dns: is the zone of consumers.analytics as well",
        ],
    ),
    "one address twice": (
        RIGHT
        + "      endpoints:\n        myadx:\n          engine:\n            address: 10.3.0.9\n"
        + "          ingestion:\n            address: 10.3.0.9\n",
        ["15: adx-private-link:consumers.analytics.endpoints.myadx.ingestion.address ('10.3.0.9'): "],
    ),
    "a setting that is not below `config`": (
        RIGHT + "adx-private-link:hand_overs: {}\n",
        ["10: adx-private-link:hand_overs: is not below `config:`, so nothing reads it; indent it below `config:`"],
    ),
    "a misspelt setting that is not below `config`": (
        RIGHT + "adx-privatelink:hand_overs: {}\n",
        ["10: adx-privatelink:hand_overs: is not below `config:`"],
    ),
    "another word for `config`": (
        RIGHT.replace("config:", "configs:"),
        ["2: adx-private-link:clusters: is not below `config:`", "5: adx-private-link:consumers: is not below"],
    ),
    "a dot in place of a colon": (
        RIGHT + "  adx-private-link.hand_overs: {}\n",
        ["10: adx-private-link.hand_overs: is not a setting of adx-private-link, so nothing reads it; did you mean `a"],
    ),
    "a key that Pulumi rejects": (
        RIGHT + "  adx-private-link:prod:hand_overs: {}\n",
        ["10: adx-private-link:prod:hand_overs: is not a configuration key, so Pulumi does not read the file"],
    ),
    "keys that are one number": (
        RIGHT + "      tags: {1: x, 01: y}\n",
        ["10: `1` is already on line 10; remove one of the two"],
    ),
    "a control character": (RIGHT + "# \x07\n", ["10: is not YAML: has the control character '\\x07'"]),
    "too many levels": ("a: " + "[" * 3000 + "]" * 3000, ["1: cannot be read: it is nested too deeply"]),
    "values that do not match their tags": (
        RIGHT + "      tags: {a: !!bool foo, b: !!int '', c: !!timestamp x}\n",
        [
            "10: adx-private-link:consumers.analytics.tags.",
            "10: adx-private-link:consumers.analytics.tags.",
            "10: adx-private-link:consumers.analytics.tags.",
            "10: is not YAML: '' is tagged `!!int` but is not one; remove the tag",
            "10: is not YAML: 'foo' is tagged `!!bool` but is not one; remove the tag",
            "10: is not YAML: 'x' is tagged `!!timestamp` but is not one; remove the tag",
        ],
    ),
    "40 KB of brackets, which crash libyaml's composer": (
        "[" * 40_000,
        ["1: cannot be read: it is nested too deeply"],
    ),
    "a cluster's name that Azure rejects": (
        RIGHT.replace("clusters/myadx", "clusters/myadx,"),
        ["4: adx-private-link:clusters.myadx.id ('/subscriptions/11111111"],
    ),
    "a cluster's name of 64 characters": (
        RIGHT.replace("clusters/myadx", f"clusters/{'a' * 64}"),
        ["4: adx-private-link:clusters.myadx.id ('/subscriptions/11111111"],
    ),
    "more aliases than Pulumi accepts": (
        "a: &a0 [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 8)),
        ["1: cannot be read: its aliases expand to more than 20000 values"],
    ),
    "text that looks like a number": (
        RIGHT + "        ttl: 0x_\n",
        ["10: adx-private-link:consumers.analytics.dns.ttl ('0x_'): is not a whole number"],
    ),
    "one cluster twice": (
        RIGHT.replace("  adx-private-link:consumers", f"    two:\n      id: {CLUSTER}\n  adx-private-link:consumers"),
        ["6: adx-private-link:clusters.two.id ('/subscriptions/11111111"],
    ),
    "a conflict beside another mistake": (
        RIGHT + f"      clusters: [mydax]\n    second:\n      subnet_id: {SUBNET}\n      dns: nowhere\n",
        [
            "10: adx-private-link:consumers.analytics.clusters.0 ('mydax'): is not the key of a cluster",
            "13: adx-private-link:consumers.second.dns ('nowhere')",
        ],
    ),
    "an invalid cluster that settings refer to": (
        RIGHT.replace("    myadx:", "    other:\n      id: other\n    myadx:")
        + "      clusters: [other]\n      endpoints:\n        other: {}\n",
        ["4: adx-private-link:clusters.other.id ('other')"],
    ),
    "an unknown cluster": (
        RIGHT + "      clusters: [mydax]\n",
        ["10: adx-private-link:consumers.analytics.clusters.0"],
    ),
}
"""A stack file, and the beginnings of the lines that report its mistakes."""


@pytest.mark.parametrize(("text", "lines"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_reported_on_its_line(tmp_path: Path, text: str, lines: list[str]) -> None:
    """Editors and CI show the line."""
    reported = problem_lines(write(tmp_path, prod=text), "check")
    assert len(reported) == len(lines), reported
    for line, beginning in zip(reported, lines, strict=True):
        assert line.startswith(f"Pulumi.prod.yaml:{beginning}")


@given(peaceful_stacks(), st.data())
def test_an_invalid_object_makes_no_other_object_invalid(stack: Stack, data: st.DataObject) -> None:
    """The other objects are checked without it, because a check with false alarms gets switched off."""
    objects = [(section, key) for section, by_key in stack.written.items() for key in by_key]
    section, key = data.draw(st.sampled_from(objects))
    keys = stack.written[section]
    sections = {**stack.written, section: {**keys, key: {**keys[key], "wrong": 1}}}
    file = StackFile(
        path=Path("Pulumi.prod.yaml"),
        stack="prod",
        sections=sections,
        mistakes=[],
        needs_settings=True,
        program=Path(),
        has_environment=False,
        encrypted=[],
        locations=Locations((Path("Pulumi.prod.yaml"), 1)),
    )
    [mistake] = check_stack_file(file).mistakes
    assert mistake.message.startswith(f"adx-private-link:{section}.{key}.wrong: is not a setting")


def test_an_unknown_region_is_shown_as_a_placeholder(tmp_path: Path) -> None:
    second = f"    second:\n      subnet_id: {SUBNET}\n      dns:\n        resource_group: analytics\n"
    *_, line = problem_lines(write(tmp_path, prod=RIGHT + second), "check")
    assert " would write the records of myadx.<region>, ingest-myadx.<region>; " in line


def test_a_file_that_is_no_text_is_a_mistake(tmp_path: Path) -> None:
    directory = write(tmp_path, prod="")
    (directory / "Pulumi.prod.yaml").write_bytes(b"config: \xff\n")
    assert problem_lines(directory, "check")[0].startswith("Pulumi.prod.yaml:1: is not UTF-8 text: ")


def test_a_stack_without_settings_is_noted(tmp_path: Path) -> None:
    """A program with settings in its code has stack files, too."""
    result = run(write(tmp_path, prod="encryptionsalt: v1:x\n", dev="", test="config: {aws:region: x}\n"), "check")
    assert result.output.splitlines() == [
        f"Pulumi.{name}.yaml: has no settings of adx-private-link" for name in ("dev", "prod", "test")
    ]
    assert result.exit_code == 0


def test_a_stack_of_this_librarys_program_needs_settings(tmp_path: Path) -> None:
    """This program has no settings in its code."""
    directory = write(tmp_path, project="name: adx-private-link\nruntime: python\n", prod="config: {a:b: c}\n")
    lines = problem_lines(directory, "check")
    assert [line.split(";")[0] for line in lines] == [
        "Pulumi.prod.yaml:1: adx-private-link:clusters: is missing",
        "Pulumi.prod.yaml:1: adx-private-link:consumers: is missing",
    ]
