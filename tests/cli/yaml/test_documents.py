"""YAML is read as Pulumi reads it."""

from __future__ import annotations

from pathlib import Path

from ..projects import RIGHT, SUBNET, run, told, write


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
