"""Settings that are too large for the environment variable in which Pulumi passes them."""

from __future__ import annotations

from pathlib import Path

from adx_private_link.cli.pulumi.config_variable import count_variable_bytes
from adx_private_link.cli.pulumi.stack_files import read_stack_files

from ..projects import RIGHT, run, write


def test_the_size_is_that_of_the_variable_that_a_program_gets(tmp_path: Path) -> None:
    """A program printed this variable, in which an object is JSON text within JSON, as Go writes it."""
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
    variable = (
        r"""{"azure-native:location":"westus","other:thing":"5","prog:b":"yes","prog:dflt":"[1,\"a\\u003cb\"]","""
        r""""prog:f":"1.5","prog:j":"{\"a\": 1}","prog:n":"12","prog:obj":"{\"a\":\"x\\u003cy\\u0026z\","""
        r"""\"b\":[1,2.5,true,null],\"big\":12345678901,\"n\":1000,\"ü\":\"é\\u2028\\t\\\"q\\\"\"}","""
        r""""prog:s":"text \"q\" \u003c"}"""
    )
    [file] = read_stack_files([project / "Pulumi.t.yaml"])
    assert count_variable_bytes(file.values) == len(f"PULUMI_CONFIG={variable}\0".encode())


def test_settings_too_large_for_linux_are_noted(tmp_path: Path) -> None:
    """With 131,072 bytes, `pulumi preview` starts the program; with one more, it reports "argument list too long"."""
    project = write(tmp_path, prod=RIGHT + "  other:text: ''\n")
    [file] = read_stack_files([project / "Pulumi.prod.yaml"])
    room = 131_072 - count_variable_bytes(file.values)
    for length, is_noted in ((room, False), (room + 1, True)):
        write(tmp_path, prod=RIGHT + f"  other:text: '{'x' * length}'\n")
        result = run(project, "check")
        assert result.exit_code == 0
        assert ("holds 131,072 bytes on Linux, and these are 131,073" in result.output) == is_noted
        assert ("Split the stack into several" in result.output) == is_noted


def test_settings_too_large_for_any_system_are_noted(tmp_path: Path) -> None:
    """They cannot be deployed, so the check does not spend minutes on planning 30,000 consumers."""
    project = write(tmp_path, prod=RIGHT + f"  other:text: '{'x' * 2**20}'\n")
    result = run(project, "check")
    assert result.exit_code == 0
    assert "are too large for one program on any system" in result.output
    assert "Conflicts between settings are not checked." in result.output
    assert "no problems" not in result.output
    assert "too large" in run(project, "graph").output
