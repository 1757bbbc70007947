"""Values are those that Pulumi reads, and mistakes have their lines."""

from __future__ import annotations

from pathlib import Path

from ..projects import RIGHT, SUBNET, note_on_kind, problem_lines, run, write


def test_plain_scalars_have_the_types_that_pulumi_gives_them(tmp_path: Path) -> None:
    """PyYAML reads a boolean, a date and a number here. Azure tags often have such names and values."""
    tags = "      tags: {on-call: yes, since: 2025-01-31, at: 12:30, e: 1_0:30, f: !own x, 2025: x, true: x}\n---\n[\n"
    assert run(write(tmp_path, prod=RIGHT + tags), "check").exit_code == 0
    numbers = "        ttl: 3e2\n    2024: {subnet_id: x, dns: elsewhere}\n".replace("x", SUBNET.replace("-vnet", "-2"))
    assert run(write(tmp_path, prod=RIGHT + numbers), "check").exit_code == 0


def test_anchors_and_merged_keys_are_read(tmp_path: Path) -> None:
    """Settings that consumers share are often written once."""
    text = (
        RIGHT.replace("analytics:\n", "analytics: &first\n") + "    second:\n      <<: *first\n      approval: autoo\n"
    )
    lines = problem_lines(write(tmp_path, prod=text), "check")
    assert len(lines) == 1
    assert lines[0].startswith("Pulumi.prod.yaml:12: adx-private-link:consumers.second.approval ('autoo')")
    wrong = text.replace("autoo", "auto").replace("/subnets/clients", "")
    assert [line.split()[0] for line in problem_lines(write(tmp_path, prod=wrong), "check")] == [
        "Pulumi.prod.yaml:7:"
    ] * 2


def test_nested_merges_do_not_multiply_values(tmp_path: Path) -> None:
    """If each merge copied its mapping, these 40 lines would expand to billions of values."""
    lines = [f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: v}}\n" for n in range(1, 40)]
    text = "".join(["a0: &a0 {k: v}\n", *lines, RIGHT])
    assert run(write(tmp_path, prod=text), "check").output == f"{note_on_kind()}1 stack, no problems\n"
