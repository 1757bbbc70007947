"""`adx-private-link check`: every mistake on its line, as Pulumi would read the files, and without Pulumi."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from adx_private_link.cli.check import checked
from adx_private_link.cli.handed_settings import handed_bytes
from adx_private_link.cli.stack_files import Places, StackFile, stack_files
from tests.examples.repository import EXAMPLES, PROJECT
from tests.samples.building import handed
from tests.samples.random_stacks import Stack, peaceful_stacks

from .projects import CLUSTER, RIGHT, SUBNET, run, told, write

# What is written into the stack file below `config:`, and what is told of it, line by line.
MISTAKES: dict[str, tuple[str, list[str]]] = {
    "an id of another type": (
        RIGHT.replace("/subnets/clients", ""),
        ["7: adx-private-link:consumers.analytics.subnet_id ('/subscriptions/22222222…"],
    ),
    "a misspelt setting": (
        RIGHT + "      approvel: auto\n",
        ["10: adx-private-link:consumers.analytics.approvel: is not a setting; did you mean `approval`? Known here: "],
    ),
    "a misspelt section": (
        RIGHT + "  adx-private-link:consumer: {}\n",
        ["10: adx-private-link:consumer: is not a setting; did you mean `consumers`?"],
    ),
    "a misspelt namespace": (
        RIGHT + "  adx-privatelink:external_consumers: {}\n",
        ["10: adx-privatelink:external_consumers: is not a setting of adx-private-link, and nobody reads it; did you"],
    ),
    "a wrong type": (
        RIGHT.replace("        resource_group: analytics", "        resource_group: analytics\n        ttl: soon"),
        ["10: adx-private-link:consumers.analytics.dns.ttl ('soon'): is not a whole number; write it in digits"],
    ),
    "an item of a list": (
        RIGHT.replace("    myadx:\n", "    myadx:\n      visibility:\n        - all\n"),
        ["5: adx-private-link:clusters.myadx.visibility.0 ('all'): is not a subscription id; write a GUID such as"],
    ),
    "something missing is told where it belongs": (
        RIGHT.replace(f"      subnet_id: {SUBNET}\n", ""),
        ["6: adx-private-link:consumers.analytics.subnet_id: is missing; write it: Subnet of the private endpoints."],
    ),
    "a section that is missing": (
        "config:\n  adx-private-link:consumers: {}\n",
        ["1: adx-private-link:clusters: is missing; write it: "],
    ),
    "a section with nothing in it": (
        RIGHT + "  adx-private-link:hand_overs:\n",
        ["10: adx-private-link:hand_overs (''): is not a mapping; "],
    ),
    "a key that is there twice, which Pulumi does not read": (
        RIGHT + "      tags: {team: data, team: dev}\n    second: {}\n    second:\n      approval: auto\n",
        [
            "10: `team` is there already, on line 10: remove one of them",
            "12: `second` is there already, on line 11: remove one of them",
            "12: adx-private-link:consumers.second.dns: is missing; ",
            "12: adx-private-link:consumers.second.subnet_id: is missing; ",
        ],
    ),
    "what is no YAML": (
        RIGHT + "      tags: [x\n",
        ["11: is no YAML: while parsing a flow sequence, "],
    ),
    "a tab": (RIGHT + "\t  x: y\n", ["10: is no YAML: while scanning"]),
    "an alias of nothing": (RIGHT + "      tags: *tags\n", ["10: is no YAML: found undefined alias"]),
    "an alias of itself": (
        RIGHT + "      tags: &tags {all: *tags}\n",
        ["10: adx-private-link:consumers.analytics.tags.all: is not text", "10: refers to itself"],
    ),
    "a list": ("- config\n", ["1: is not a mapping; write the settings below `config:`"]),
    "a list for configuration": ("config: [x]\n", ["1: config: is not a mapping"]),
    "text that is JSON": (
        RIGHT + '  adx-private-link:external_consumers: \'{"partner": {"subscription": "theirs"}}\'\n',
        ["10: adx-private-link:external_consumers.partner.subscription ('theirs'): is not a subscription id"],
    ),
    "text that is none": (
        RIGHT + "  adx-private-link:external_consumers: partner\n",
        ["10: adx-private-link:external_consumers ('partner'): is not a mapping"],
    ),
    "a value that is encrypted": (
        RIGHT.replace(
            f"subnet_id: {SUBNET}", "subnet_id:\n        secure: v1:pSSfenZ41OAwwtvP:L/sFL0VgIQWvQph3E9GXSmY="
        ),
        ["7: adx-private-link:consumers.analytics.subnet_id: is encrypted; no setting is a secret: write it in plain"],
    ),
    "a section that is encrypted": (
        RIGHT + "  adx-private-link:external_consumers:\n    secure: v1:pSSfenZ41OAwwtvP:L/sFL0VgIQWvQph3E9GXSmY=\n",
        ["10: adx-private-link:external_consumers: is encrypted"],
    ),
    "two consumers that are in each other's way": (
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
        ["10: adx-private-link:hand_overs: is not below `config:`, and nobody reads it; write it there, indented"],
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
        ["10: adx-private-link.hand_overs: is not a setting of adx-private-link, and nobody reads it; did you mean `a"],
    ),
    "a key that Pulumi refuses": (
        RIGHT + "  adx-private-link:prod:hand_overs: {}\n",
        ["10: adx-private-link:prod:hand_overs: is no configuration key, and Pulumi does not read the file"],
    ),
    "keys that are one number": (
        RIGHT + "      tags: {1: x, 01: y}\n",
        ["10: `1` is there already, on line 10: remove one of them"],
    ),
    "a control character": (RIGHT + "# \x07\n", ["10: is no YAML: has the control character '\\x07'"]),
    "more levels than anybody needs": ("a: " + "[" * 3000 + "]" * 3000, ["1: cannot be read: it is nested too deeply"]),
    "a tag that the value is none of": (
        RIGHT + "      tags: {a: !!bool foo, b: !!int '', c: !!timestamp x}\n",
        [
            "10: adx-private-link:consumers.analytics.tags.",
            "10: adx-private-link:consumers.analytics.tags.",
            "10: adx-private-link:consumers.analytics.tags.",
            "10: is no YAML: '' is tagged as `!!int` and is none; remove the tag",
            "10: is no YAML: 'foo' is tagged as `!!bool` and is none; remove the tag",
            "10: is no YAML: 'x' is tagged as `!!timestamp` and is none; remove the tag",
        ],
    ),
    "40 KB of brackets, which end libyaml's own composer": (
        "[" * 40_000,
        ["1: cannot be read: it is nested too deeply"],
    ),
    "a cluster's name that Azure does not take": (
        RIGHT.replace("clusters/myadx", "clusters/myadx,"),
        ["4: adx-private-link:clusters.myadx.id ('/subscriptions/11111111"],
    ),
    "a cluster's name of 64 characters": (
        RIGHT.replace("clusters/myadx", f"clusters/{'a' * 64}"),
        ["4: adx-private-link:clusters.myadx.id ('/subscriptions/11111111"],
    ),
    "more aliases than Pulumi takes": (
        "a: &a0 [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 8)),
        ["1: cannot be read: its aliases make more than 20000 values of it"],
    ),
    "what only looks like a number": (
        RIGHT + "        ttl: 0x_\n",
        ["10: adx-private-link:consumers.analytics.dns.ttl ('0x_'): is not a whole number"],
    ),
    "one cluster twice": (
        RIGHT.replace("  adx-private-link:consumers", f"    two:\n      id: {CLUSTER}\n  adx-private-link:consumers"),
        ["6: adx-private-link:clusters.two.id ('/subscriptions/11111111"],
    ),
    "what is wrong between settings, beside one that is wrong": (
        RIGHT + f"      clusters: [mydax]\n    second:\n      subnet_id: {SUBNET}\n      dns: nowhere\n",
        [
            "10: adx-private-link:consumers.analytics.clusters.0 ('mydax'): is not the key of a cluster",
            "13: adx-private-link:consumers.second.dns ('nowhere')",
        ],
    ),
    "a cluster that is wrong is no cluster that is not there": (
        RIGHT.replace("    myadx:", "    other:\n      id: other\n    myadx:")
        + "      clusters: [other]\n      endpoints:\n        other: {}\n",
        ["4: adx-private-link:clusters.other.id ('other')"],
    ),
    "a cluster that nobody has": (
        RIGHT + "      clusters: [mydax]\n",
        ["10: adx-private-link:consumers.analytics.clusters.0"],
    ),
}


@pytest.mark.parametrize(("text", "lines"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_on_its_line(tmp_path: Path, text: str, lines: list[str]) -> None:
    """Editors and CI jump to it."""
    found = told(write(tmp_path, prod=text), "check")
    assert len(found) == len(lines), found
    for line, beginning in zip(found, lines, strict=True):
        assert line.startswith(f"Pulumi.prod.yaml:{beginning}")


@given(peaceful_stacks(), st.data())
def test_an_object_that_is_wrong_makes_no_other_wrong(stack: Stack, data: st.DataObject) -> None:
    """The others are checked without it; a check that cries wolf is switched off."""
    objects = [(section, key) for section, each in stack.given.items() for key in each]
    section, key = data.draw(st.sampled_from(objects))
    settings = {**stack.given, section: {**stack.given[section], key: {**stack.given[section][key], "wrong": 1}}}
    file = StackFile(
        path=Path("Pulumi.prod.yaml"),
        stack="prod",
        given=settings,
        mistakes=[],
        needs_settings=True,
        program=Path(),
        has_environment=False,
        encrypted=[],
        places=Places((Path("Pulumi.prod.yaml"), 1)),
    )
    [mistake] = checked(file).mistakes
    assert mistake.says.startswith(f"adx-private-link:{section}.{key}.wrong: is not a setting")


def test_a_region_that_nobody_knows_is_not_made_up(tmp_path: Path) -> None:
    second = f"    second:\n      subnet_id: {SUBNET}\n      dns:\n        resource_group: analytics\n"
    *_, line = told(write(tmp_path, prod=RIGHT + second), "check")
    assert " would write the records of myadx.<region>, ingest-myadx.<region>; " in line


def test_all_mistakes_of_all_stacks_are_told_at_once(tmp_path: Path) -> None:
    """Each one that comes to light later costs a run of CI."""
    project = write(
        tmp_path,
        dev=RIGHT.replace("/subnets/clients", "") + "      approvel: auto\n",
        prod=RIGHT.replace("resource_group: analytics", "resource_group: analytics."),
        test=RIGHT,
    )
    result = run(project, "check")
    assert [line[:22] for line in result.output.splitlines()] == [
        "Pulumi.dev.yaml:7: adx",
        "Pulumi.dev.yaml:10: ad",
        "Pulumi.prod.yaml:9: ad",
        "3 stacks, 3 problems",
    ]
    assert result.exit_code == 1


def test_a_problem_is_one_line_however_long(tmp_path: Path) -> None:
    """What is wrapped in a pipe is found by no grep."""
    [line] = told(write(tmp_path, prod=RIGHT.replace(CLUSTER, "x" * 3000)), "check")
    assert len(line) < 500
    assert line.endswith("/providers/Microsoft.Kusto/clusters/<cluster>")


def test_stacks_that_are_right(tmp_path: Path) -> None:
    result = run(write(tmp_path, dev=RIGHT), "check")
    assert (result.output, result.exit_code) == ("1 stack is right\n", 0)
    result = run(write(tmp_path, prod=RIGHT), "check")
    assert (result.output, result.exit_code) == ("2 stacks are right\n", 0)


def test_only_the_files_that_are_given(tmp_path: Path) -> None:
    """As hooks do, which know what has changed."""
    project = write(tmp_path, dev=RIGHT, prod="config: []\n")
    assert run(project, "check", "Pulumi.dev.yaml").output == "1 stack is right\n"
    assert run(project, "check", "Pulumi.prod.yaml", "Pulumi.dev.yaml").output.endswith("2 stacks, 1 problem\n")
    assert run(project, "check", "Pulumi.gone.yaml").exit_code == 2


def test_the_file_of_a_project_stands_for_its_stacks(tmp_path: Path) -> None:
    """Hooks hand over whatever has changed."""
    project = write(tmp_path, dev=RIGHT, prod="config: []\n")
    result = run(project, "check", "Pulumi.yaml", "Pulumi.dev.yaml")
    assert result.output.splitlines()[-1] == "2 stacks, 1 problem"


def test_colours_are_for_terminals(tmp_path: Path) -> None:
    project = write(tmp_path, prod="config: []\n")
    command = [sys.executable, "-c", "from adx_private_link.cli import main; main(['check'])"]
    ours, theirs = pty.openpty()
    environment = {name: each for name, each in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    subprocess.run(command, cwd=project, stdout=theirs, check=False, env={**environment, "TERM": "xterm-256color"})
    on_a_terminal = os.read(ours, 10_000).decode()
    in_a_pipe = subprocess.run(
        command, cwd=project, capture_output=True, text=True, check=False, env=environment
    ).stdout
    assert on_a_terminal.startswith("\x1b[1mPulumi.prod.yaml:1:\x1b[0m config: is not a mapping")
    assert in_a_pipe.startswith("Pulumi.prod.yaml:1: config: is not a mapping")


def test_from_a_directory_of_the_project(tmp_path: Path) -> None:
    """Pulumi looks for the project above, too."""
    project = write(tmp_path, prod="config: []\n")
    (project / "modules").mkdir()
    assert told(project / "modules", "check")[0].startswith("../Pulumi.prod.yaml:1: ")


def test_without_a_project(tmp_path: Path) -> None:
    result = run(tmp_path, "check")
    assert (result.output, result.exit_code) == (
        "Error: no Pulumi.yaml here or above; run it in the directory of the program\n",
        2,
    )


def test_without_a_stack(tmp_path: Path) -> None:
    result = run(write(tmp_path), "check")
    assert result.output.startswith("Error: no stack of Pulumi.yaml has a file yet: `pulumi stack init`")
    assert result.exit_code == 2


def test_a_stack_of_something_else(tmp_path: Path) -> None:
    """Programs with the settings in their code have stack files, too."""
    result = run(write(tmp_path, prod="encryptionsalt: v1:x\n", dev="", test="config: {aws:region: x}\n"), "check")
    assert result.output.splitlines() == [
        f"Pulumi.{each}.yaml: nothing of adx-private-link in it" for each in ("dev", "prod", "test")
    ]
    assert result.exit_code == 0


def test_a_stack_of_the_program_that_comes_with_this(tmp_path: Path) -> None:
    """It has its settings from nowhere else."""
    directory = write(tmp_path, project="name: adx-private-link\nruntime: python\n", prod="config: {a:b: c}\n")
    found = told(directory, "check")
    assert [each.split(";")[0] for each in found] == [
        "Pulumi.prod.yaml:1: adx-private-link:clusters: is missing",
        "Pulumi.prod.yaml:1: adx-private-link:consumers: is missing",
    ]


def test_a_file_that_is_given_twice_is_one(tmp_path: Path) -> None:
    directory = write(tmp_path, prod=RIGHT)
    result = run(directory, "check", "Pulumi.prod.yaml", str(directory / "Pulumi.prod.yaml"))
    assert result.output == "1 stack is right\n"


# As Pulumi reads it (tried on Pulumi 3.259)


def test_plain_words_are_text_as_in_pulumi(tmp_path: Path) -> None:
    """PyYAML alone takes them for a switch, a date and a number; tags of that kind are usual, as keys as well."""
    tags = "      tags: {on-call: yes, since: 2025-01-31, at: 12:30, e: 1_0:30, f: !own x, 2025: x, true: x}\n---\n[\n"
    assert run(write(tmp_path, prod=RIGHT + tags), "check").exit_code == 0
    numbers = "        ttl: 3e2\n    2024: {subnet_id: x, dns: elsewhere}\n".replace("x", SUBNET.replace("-vnet", "-2"))
    assert run(write(tmp_path, prod=RIGHT + numbers), "check").exit_code == 0


def test_anchors_and_merged_keys(tmp_path: Path) -> None:
    """What several consumers have in common is often written once."""
    text = (
        RIGHT.replace("analytics:\n", "analytics: &first\n") + "    second:\n      <<: *first\n      approval: autoo\n"
    )
    found = told(write(tmp_path, prod=text), "check")
    assert len(found) == 1
    assert found[0].startswith("Pulumi.prod.yaml:12: adx-private-link:consumers.second.approval ('autoo')")
    wrong = text.replace("autoo", "auto").replace("/subnets/clients", "")
    assert [each.split()[0] for each in told(write(tmp_path, prod=wrong), "check")] == ["Pulumi.prod.yaml:7:"] * 2


def test_merged_keys_of_merged_keys(tmp_path: Path) -> None:
    """Copied again and again, 40 lines would be billions."""
    lines = [f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: v}}\n" for n in range(1, 40)]
    text = "".join(["a0: &a0 {k: v}\n", *lines, RIGHT])
    assert run(write(tmp_path, prod=text), "check").output == "1 stack is right\n"


def test_keys_of_the_project_itself_need_no_namespace(tmp_path: Path) -> None:
    text = RIGHT.replace("adx-private-link:", "")
    named = {"project": "name: adx-private-link\nruntime: python\n"}
    assert run(write(tmp_path, prod=text, **named), "check").output == "1 stack is right\n"
    assert "nothing of adx-private-link" in run(write(tmp_path, prod=text), "check").output


@pytest.mark.parametrize("word", ["value", "default"])
def test_what_the_project_says_for_all_its_stacks(tmp_path: Path, word: str) -> None:
    """A stack's own value takes the place of the whole of it."""
    project = f"""\
    name: {"access" if word == "value" else "adx-private-link"}
    runtime: python
    config:
      adx-private-link:clusters:
        {word}:
          myadx:
            id: myadx
      adx-private-link:consumers:
        {word}: {{}}
    """
    own = f"config: {{adx-private-link:clusters: {{myadx: {{id: {CLUSTER}}}}}}}\n"
    directory = write(tmp_path, project=project, dev="", test="", prod=own)
    result = run(directory, "check")
    assert [line[:60] for line in result.output.splitlines()] == [
        "Pulumi.yaml:7: adx-private-link:clusters.myadx.id ('myadx'):",
        "3 stacks, 1 problem",
    ]


@pytest.mark.parametrize("setting", ["stackConfigDir: stacks", "config: stacks"])
def test_stack_files_in_a_directory_of_their_own(tmp_path: Path, setting: str) -> None:
    directory = write(tmp_path, project=f"name: access\nruntime: python\n{setting}\n")
    write(directory / "stacks", prod="config: []\n")
    (directory / "stacks" / "Pulumi.yaml").unlink()
    assert told(directory, "check")[0].startswith("stacks/Pulumi.prod.yaml:1: ")


def test_a_stack_file_beside_its_project_is_still_of_it(tmp_path: Path) -> None:
    """As a hook gives it: what the project says for all stacks holds, and paths lead on from its program."""
    project = "name: adx-private-link\nruntime: python\nstackConfigDir: ../stacks\n"
    directory = write(tmp_path / "program", project=project)
    write(tmp_path / "stacks", project="name: another\nruntime: go\n", prod="config: {}\n")
    assert told(directory, "check", "../stacks/Pulumi.prod.yaml") == told(directory, "check")
    assert told(directory, "check")[0].startswith("../stacks/Pulumi.prod.yaml:")


def test_endings_are_those_of_the_project(tmp_path: Path) -> None:
    """Pulumi reads no Pulumi.prod.yml beside a Pulumi.yaml, and says nothing."""
    directory = write(tmp_path, prod=RIGHT)
    (directory / "Pulumi.dev.yml").write_text(RIGHT)
    wanted = "Pulumi.dev.yml:1: is not read by Pulumi, for its project is Pulumi.yaml; rename it to Pulumi.dev.yaml"
    assert told(directory, "check") == told(directory, "check", "Pulumi.dev.yml") == [wanted]
    (directory / "Pulumi.yaml").rename(directory / "Pulumi.yml")
    assert [each.split()[0] for each in told(directory, "check")] == ["Pulumi.prod.yaml:1:"]


def test_a_project_file_that_is_no_yaml(tmp_path: Path) -> None:
    directory = write(tmp_path, project="name: [\n")
    for arguments in (["check"], ["check", "Pulumi.yaml"]):
        [line] = told(directory, *arguments)
        assert line.startswith("Pulumi.yaml:2: is no YAML: ")
    assert told(write(directory, project="name: [\n", prod=RIGHT), "check") == [line]


def test_settings_in_the_wrong_place_of_a_project_file(tmp_path: Path) -> None:
    text = "name: access\nruntime: python\nadx-private-link:clusters: {}\n"
    [line] = told(write(tmp_path, project=text, prod=RIGHT), "check")
    assert line.startswith("Pulumi.yaml:3: adx-private-link:clusters: is not below `config:`")


def test_what_an_environment_says_is_not_missing(tmp_path: Path) -> None:
    """Pulumi ESC is asked by Pulumi alone; everything else is checked all the same."""
    text = "environment: [shared]\nconfig: {adx-private-link:clusters: {myadx: {id: x}}}\n"
    found = told(write(tmp_path, prod=text), "check")
    assert [each[:58] for each in found] == [
        "Pulumi.prod.yaml:2: adx-private-link:clusters.myadx.id ('x",
        "Pulumi.prod.yaml: what its environments (Pulumi ESC) say i",
    ]


def test_settings_are_counted_as_pulumi_hands_them_over(tmp_path: Path) -> None:
    """The variable that a program printed: an object is JSON text within JSON, as Go writes it."""
    project = write(
        tmp_path,
        project="""\
            name: prog
            runtime: python
            config:
              dflt: {value: [1, "a<b"]}
              other:thing: {value: 5}
        """,
        t="""\
            config:
              prog:obj: {a: "x<y&z", b: [1, 2.5, true, null], "ü": "é\\u2028\\t\\"q\\"", n: 1e3, big: 12345678901}
              prog:s: 'text "q" <'
              prog:n: 12
              prog:f: 1.50
              prog:b: yes
              prog:j: '{"a": 1}'
              azure-native:location: westus
        """,
    )
    handed = (
        r"""{"azure-native:location":"westus","other:thing":"5","prog:b":"yes","prog:dflt":"[1,\"a\\u003cb\"]","""
        r""""prog:f":"1.5","prog:j":"{\"a\": 1}","prog:n":"12","prog:obj":"{\"a\":\"x\\u003cy\\u0026z\","""
        r"""\"b\":[1,2.5,true,null],\"big\":12345678901,\"n\":1000,\"ü\":\"é\\u2028\\t\\\"q\\\"\"}","""
        r""""prog:s":"text \"q\" \u003c"}"""
    )
    [file] = stack_files([project / "Pulumi.t.yaml"])
    assert handed_bytes(file.values) == len(f"PULUMI_CONFIG={handed}\0".encode())


def test_settings_that_are_too_large_for_linux(tmp_path: Path) -> None:
    """Seen with `pulumi preview`: 131,072 bytes start the program, one more is "argument list too long"."""
    project = write(tmp_path, prod=RIGHT + "  other:text: ''\n")
    [file] = stack_files([project / "Pulumi.prod.yaml"])
    room = 131_072 - handed_bytes(file.values)
    for length, is_noted in ((room, False), (room + 1, True)):
        write(tmp_path, prod=RIGHT + f"  other:text: '{'x' * length}'\n")
        result = run(project, "check")
        assert result.exit_code == 0
        assert ("takes 131,072 bytes on Linux, and these are 131,073" in result.output) == is_noted
        assert ("Split the stack into several" in result.output) == is_noted


def test_settings_that_are_too_large_for_any_system(tmp_path: Path) -> None:
    """Nothing can be deployed with them: to plan the graph of 30,000 consumers would only take time."""
    project = write(tmp_path, prod=RIGHT + f"  other:text: '{'x' * 2**20}'\n")
    result = run(project, "check")
    assert result.exit_code == 0
    assert "are too large for one program on any system" in result.output
    assert "How they go together is not looked at." in result.output
    assert "is right" not in result.output
    assert "too large" in run(project, "graph").output


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    directory = write(tmp_path, prod="")
    (directory / "Pulumi.prod.yaml").write_bytes(b"config: \xff\n")
    assert told(directory, "check")[0].startswith("Pulumi.prod.yaml:1: is not UTF-8 text: ")


# Hand-overs that are files


def _with_hand_over(tmp_path: Path, text: str | None, project: str = "name: access\nruntime: python\n") -> Path:
    consumers = RIGHT[RIGHT.index("  adx-private-link:consumers") :]
    settings = f"config:\n  adx-private-link:hand_overs:\n    theirs:\n      file: hand-over.json\n{consumers}"
    directory = write(tmp_path, project=project, prod=settings)
    if text is not None:
        (directory / "hand-over.json").write_text(text)
    return directory


def test_a_hand_over_is_read(tmp_path: Path) -> None:
    assert run(_with_hand_over(tmp_path, json.dumps(handed("theirs"))), "check").output == "1 stack is right\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "cannot be read: hand-over.json is not JSON: "),
        (json.dumps({"others": handed("others")}), "cannot be read: no hand-over of theirs is in hand-over.json"),
        (json.dumps({**handed("theirs"), "zone": 7}), "cannot be read: hand-over.json is no hand-over: zone (7): "),
    ],
)
def test_a_file_that_is_no_hand_over(tmp_path: Path, text: str, says: str) -> None:
    [line] = told(_with_hand_over(tmp_path, text), "check")
    assert line.startswith(f"Pulumi.prod.yaml:4: adx-private-link:hand_overs.theirs.file ('hand-over.json'): {says}")


def test_a_hand_over_that_is_yet_to_come(tmp_path: Path) -> None:
    """Settings are often written while the other team is still at work."""
    result = run(_with_hand_over(tmp_path, None), "check")
    assert result.output == (
        "Pulumi.prod.yaml: hand_overs.theirs: hand-over.json is not there; it is not known what it says\n"
        "1 stack is right\n"
    )
    assert result.exit_code == 0


def test_a_hand_over_is_looked_for_where_the_program_runs(tmp_path: Path) -> None:
    directory = _with_hand_over(tmp_path / "stack", None, "name: access\nruntime: python\nmain: ../program\n")
    (tmp_path / "program").mkdir()
    (tmp_path / "program" / "hand-over.json").write_text("{")
    assert "cannot be read" in told(directory, "check")[0]


# The examples


_STACKS = [PROJECT / "Pulumi.dev.yaml", *sorted(EXAMPLES.rglob("Pulumi.*.yaml"))]


@pytest.mark.parametrize("file", [str(each.relative_to(PROJECT)) for each in _STACKS])
def test_every_example_is_right(file: str) -> None:
    result = run(PROJECT, "check", file)
    assert result.output.splitlines()[-1] == "1 stack is right", result.output
    assert result.exit_code == 0


def test_an_example_in_its_own_directory(tmp_path: Path) -> None:
    folder = tmp_path / "hub_and_spoke"
    shutil.copytree(EXAMPLES / "hub_and_spoke", folder)
    assert run(folder, "check").output == "1 stack is right\n"
    file = folder / "Pulumi.example.yaml"
    content = yaml.safe_load(file.read_text())
    key = next(iter(content["config"]["adx-private-link:consumers"]))
    content["config"]["adx-private-link:consumers"][key]["subnet_id"] = "hub"
    file.write_text(yaml.safe_dump(content))
    [line] = told(folder, "check")
    number = int(line.split(":")[1])
    assert file.read_text().splitlines()[number - 1].strip() == "subnet_id: hub"


@pytest.mark.parametrize("key", ["main", "stackConfigDir", "config"])
@pytest.mark.parametrize("name", ["a" * 300, "a/" * 3000, '"a\\0b"'])
def test_a_project_that_names_an_impossible_path(tmp_path: Path, key: str, name: str) -> None:
    """Linux takes 255 bytes a name and 4096 a path; the line says which key has it."""
    write(tmp_path, project=f"name: access\nruntime: python\n{key}: {name}\n", prod=RIGHT)
    done = run(tmp_path, "check")
    assert done.exit_code == 1
    assert f"Pulumi.yaml:3: {key}: is no path: " in done.stdout
