"""Outputs in a file from outside are rejected with their path, or exported with exactly their names and addresses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adx_private_link.cli.dns.names import names_of
from adx_private_link.cli.dns.records import RECORDS
from adx_private_link.cli.errors import CommandError
from adx_private_link.cli.pulumi.outputs import read_outputs

from ..outputs import ACCOUNTS, ENGINE, ZONE, ZONES, clusters, endpoint, native_clusters, native_endpoint, run

Pair = tuple[str, str]
"""A name and its address."""

FORMS = ["bind", "coredns", "dnsmasq", "hosts", "json", "unbound", "windows"]
_NAME, _ADDRESS = r"([a-z0-9.-]+?)", r"([0-9.]+)"
_RPZ = "adx-private-link.rpz"

LINES: dict[str, tuple[list[str], list[str]]] = {
    "bind": (
        [rf"{_NAME} A {_ADDRESS}"],
        [
            r"\$TTL 300",
            rf"\$ORIGIN {_RPZ}\.",
            r"@ SOA localhost\. nobody\.invalid\. 1 3600 600 86400 300",
            r"@ NS localhost\.",
        ],
    ),
    "coredns": (
        [rf'        answer "{_NAME}\. 300 IN A {_ADDRESS}"'],
        [
            rf"{_NAME} \{{",
            r"    template IN (A|ANY) \{",
            rf'        answer "{_NAME}\. 300 IN CNAME {_NAME}\."',
            r"        rcode NOERROR",
            r"    \}",
            r"\}",
        ],
    ),
    "dnsmasq": ([rf"host-record={_NAME},{_ADDRESS},300"], [rf"cname={_NAME},{_NAME},300"]),
    "hosts": ([r"(?P<address>[0-9.]+) (?P<name>[a-z0-9.-]+) [a-z0-9.-]+"], []),
    "unbound": (
        [rf'    local-data: "{_NAME}\. 300 IN A {_ADDRESS}"'],
        [
            r"server:",
            r"forward-zone:",
            r"    do-not-query-localhost: no",
            rf'    private-domain: "{_NAME}"',
            rf'    local-zone: "{_NAME}\." redirect',
            rf'    local-data: "{_NAME}\. 300 IN CNAME {_NAME}\."',
            rf'    name: "{_NAME}"',
            r"    forward-addr: 127\.0\.0\.1",
        ],
    ),
}
"""
The patterns of all lines that are no comments, by format: lines with a name and its address, and all others.

A line that matches none of them is an injection.
"""
_WINDOWS = re.compile(r"    \[pscustomobject\] @\{ Zone = '([a-z0-9.-]+)'; Address = '([0-9.]+)' \}")


def parse(form: str, text: str) -> set[Pair]:
    """Read the names and addresses of an export by the rules of its format."""
    if form == "json":
        return {(record["host"], address) for record in json.loads(text)["records"] for address in record["addresses"]}
    lines = [line for line in text.split("\n") if line and not line.startswith(("#", ";"))]
    if form == "windows":
        # All scripts are equal except for their records and comments.
        expected = [line for line in _export("windows", clusters()).split("\n") if line and not line.startswith("#")]
        assert _without_windows_records(lines) == _without_windows_records(expected)
        return {(record[1], record[2]) for line in lines if (record := _WINDOWS.fullmatch(line))}
    record_patterns, other_patterns = LINES[form]
    pairs: set[Pair] = set()
    for line in lines:
        match = next((m for pattern in record_patterns if (m := re.fullmatch(pattern, line))), None)
        if match:
            names = match.groupdict()
            pairs.add((names["name"], names["address"]) if names else (match[1], match[2]))
        else:
            assert any(re.fullmatch(pattern, line) for pattern in other_patterns), f"a server would obey {line!r}"
    return pairs


def _without_windows_records(lines: list[str]) -> list[str]:
    return [line for line in lines if not _WINDOWS.fullmatch(line)]


def _export(form: str, outputs: dict[str, Any]) -> str:
    """Export as the command does, without its start, because the tests export thousands of outputs."""
    with NamedTemporaryFile("w", suffix=".json") as file:
        file.write(json.dumps(outputs))
        file.flush()
        return RECORDS[form](names_of("analytics", read_outputs(Path(file.name), None)), 300)


HOSTILE = [
    f"{ENGINE}\n",
    f"{ENGINE}'; Remove-Item -Recurse C:\\ #",
    "x\nmyadx.westus.kusto.windows.net",
    f'{ENGINE}" ; include: "/etc/passwd',
    "$(reboot).westus.kusto.windows.net",
    "`reboot`.westus.kusto.windows.net",
    "\u2018.westus.kusto.windows.net",
    "\x1b[2J",
    "login.microsoftonline.com",
    "*.westus.kusto.windows.net",
    "myadx.westus.kusto.windows.net.",
    "10.3.0.9\n0.0.0.0 evil",
    "10.3.0.9; evil",
    "10.3.0.09",
    "\u0661\u0660.3.0.9",
    "",
    "\ud800",
]
PLACES: dict[str, Callable[[dict[str, Any], str], None]] = {
    "host": lambda outputs, value: outputs["myadx"]["endpoints"]["analytics"].update(
        engine=endpoint({value: ["10.3.0.9"]})
    ),
    "address": lambda outputs, value: outputs["myadx"]["endpoints"]["analytics"].update(
        engine=endpoint({ENGINE: [value]})
    ),
    "zone": lambda outputs, value: outputs["myadx"].update(zone=value),
    "state": lambda outputs, value: outputs["myadx"]["endpoints"]["analytics"]["engine"].update(connection_state=value),
    "id": lambda outputs, value: outputs["myadx"]["endpoints"]["analytics"]["engine"].update(id=value),
    "cluster": lambda outputs, value: outputs.update({value: outputs.pop("myadx")}),
    "consumer": lambda outputs, value: outputs["myadx"]["endpoints"].update(
        {value: outputs["myadx"]["endpoints"]["analytics"]}
    ),
    "role": lambda outputs, value: outputs["myadx"]["endpoints"]["analytics"].update(
        {value: outputs["myadx"]["endpoints"]["analytics"].pop("engine")}
    ),
}


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("place", PLACES)
def test_a_hostile_value_is_rejected_with_its_path(place: str, value: str) -> None:
    outputs = clusters()
    PLACES[place](outputs, value)
    with pytest.raises(CommandError) as error:
        _export("windows", outputs)
    assert re.search("myadx\\.|key|line 1 column", error.value.message), error.value.message
    assert error.value.message.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("zone", "host", "message"),
    [
        ("vault.azure.net", ENGINE, "myadx.zone (vault.azure.net): is not the zone of"),
        ("privatelink.eastus.kusto.windows.net", ENGINE, "is not the zone of"),
        (None, "login.microsoftonline.com", "hosts.login.microsoftonline.com: is not a host name"),
    ],
)
def test_a_file_publishes_no_names_outside_of_azure_data_explorer(
    tmp_path: Path, zone: str | None, host: str, message: str
) -> None:
    """The name would become a record of the company's own DNS server."""
    outputs = clusters()
    outputs["myadx"]["zone"] = zone
    outputs["myadx"]["endpoints"]["analytics"]["engine"] = endpoint({host: ["10.3.0.9"]})
    result = run(tmp_path, outputs, "dns", "export", "--format", "hosts")
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert "--stack" in result.stderr


# Native clusters

BLOB = f"{ACCOUNTS[0]}.blob.core.windows.net"


def _natives(**changes: Any) -> dict[str, Any]:
    """Return the outputs of a native cluster; some properties of its endpoint are changed."""
    outputs = native_clusters()
    outputs["myadx"]["endpoints"]["analytics"]["cluster"].update(changes)
    return outputs


def _renamed(host: str) -> dict[str, Any]:
    """Return the outputs of a native cluster whose storage account has another host name."""
    native = native_endpoint()
    native["hosts"][host] = native["hosts"].pop(BLOB)
    native["names"][host] = native["names"].pop(BLOB)
    return _natives(**native)


def _named(host: str, **name: str) -> dict[str, Any]:
    """Return the outputs of a native cluster with another role or zone of a host."""
    names = native_endpoint()["names"]
    names[host] |= name
    return _natives(names=names)


def test_a_file_publishes_the_storage_accounts_of_a_native_cluster(tmp_path: Path) -> None:
    for outputs in (native_clusters(), _natives(names={})):
        result = run(tmp_path, outputs, "access")
        assert result.exit_code == 0, result.stderr
        assert all(host in result.stdout for host in ZONES)


@pytest.mark.parametrize("value", [*HOSTILE, "x.privatelink.blob.core.windows.net"])
@pytest.mark.parametrize("place", ["host", "role", "zone", "zone_group", "name"])
def test_a_hostile_value_of_a_native_cluster_is_rejected_with_its_path(place: str, value: str) -> None:
    names = native_endpoint()["names"]
    outputs = {
        "host": lambda: _renamed(value),
        "role": lambda: _named(BLOB, role=value),
        "zone": lambda: _named(BLOB, zone=value),
        "zone_group": lambda: _natives(zone_group=value),
        "name": lambda: _natives(names={**names, value: names[BLOB]}),
    }[place]()
    with pytest.raises(CommandError) as error:
        _export("windows", outputs)
    assert re.search("myadx\\.|key|line 1 column", error.value.message), error.value.message
    assert error.value.message.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        pytest.param(
            _renamed("payroll.file.core.windows.net"),
            "hosts.payroll.file.core.windows.net: is not a host name of an Azure Data Explorer cluster",
            id="a service of storage accounts that clusters do not use",
        ),
        pytest.param(
            _renamed("ab.blob.core.windows.net"), "is not a host name", id="a name that no storage account can have"
        ),
        pytest.param(
            _renamed("payroll.blob.core.windows.net.evil.example"), "is not a host name", id="a domain around it"
        ),
        pytest.param(
            _renamed(BLOB.replace("windows.net", "chinacloudapi.cn")), "is not in the cloud", id="another cloud"
        ),
        pytest.param(_named(BLOB, role="engine"), "blob.core.windows.net.role (engine): is not storage", id="a role"),
        pytest.param(
            _named(ENGINE, role="ingestion"), ".role (ingestion): is not engine", id="queries for the ingestion service"
        ),
        pytest.param(_named(ENGINE, role="storage"), ".role (storage): is not engine", id="a role of other hosts"),
        pytest.param(
            _named(BLOB, zone="privatelink.queue.core.windows.net"),
            ".zone (privatelink.queue.core.windows.net): is not privatelink.blob.core.windows.net",
            id="the zone of another service",
        ),
        pytest.param(
            _named(ENGINE, zone="vault.azure.net"), f".zone (vault.azure.net): is not {ZONE}", id="a zone of others"
        ),
        pytest.param(
            _natives(names={ENGINE: {"role": "engine", "zone": ZONE}}), "names: has no entry for", id="names of some"
        ),
        pytest.param(
            _natives(names={"x.westus.kusto.windows.net": {"role": "engine", "zone": ZONE}}),
            "names.x.westus.kusto.windows.net: has no addresses",
            id="a name without addresses",
        ),
        pytest.param(
            _natives(id=f"{native_endpoint()['id']}2"), "is not a zone group of", id="the group of another endpoint"
        ),
    ],
)
def test_the_file_of_a_native_cluster_does_not_contradict_itself(
    tmp_path: Path, outputs: dict[str, Any], message: str
) -> None:
    """Any storage account could be led elsewhere by a file that a company's DNS server obeys."""
    for command in (["access"], ["dns", "export", "--format", "hosts"]):
        result = run(tmp_path, outputs, *command)
        assert (result.exit_code, result.stdout) == (2, "")
        assert message in result.stderr


def test_only_the_endpoint_of_a_native_cluster_serves_storage_accounts(tmp_path: Path) -> None:
    outputs = clusters()
    outputs["myadx"]["endpoints"]["analytics"]["engine"] = endpoint({BLOB: ["10.3.0.9"]})
    result = run(tmp_path, outputs, "access")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"engine.hosts.{BLOB}: is not a host name of an Azure Data Explorer cluster" in result.stderr


# Addresses


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "127.0.0.1",
        "168.63.129.16",
        "169.254.1.1",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
    ],
)
@pytest.mark.parametrize("command", [("access",), ("dns", "export", "--format", "hosts")])
def test_a_file_publishes_no_address_that_no_private_endpoint_has(
    tmp_path: Path, command: tuple[str, ...], address: str
) -> None:
    """Clients would connect to themselves, or to no machine."""
    result = run(tmp_path, clusters(engine=address), *command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"myadx.endpoints.analytics.engine.hosts.{ENGINE} ({address}): is " in result.stderr


def test_a_file_does_not_contradict_itself(tmp_path: Path) -> None:
    """Otherwise the last address would silently replace the others, or a DNS server would answer with all."""
    spelt_twice = clusters()
    spelt_twice["myadx"]["endpoints"]["analytics"]["engine"] = endpoint(
        {ENGINE: ["10.3.0.9"], ENGINE.upper(): ["10.3.0.8"]}
    )
    two_clusters = {**clusters(), "other": clusters(engine="10.3.0.8")["myadx"]}
    two_targets = clusters()
    two_targets["myadx"]["endpoints"]["analytics"]["ingestion"] = endpoint({ENGINE: ["10.3.0.8"]})
    for outputs, message in (
        (spelt_twice, f"myadx.endpoints.analytics.engine.hosts: {ENGINE} and {ENGINE.upper()} are one name"),
        (two_clusters, f"other.endpoints.analytics.engine.hosts.{ENGINE}: is also published by myadx.endpoints."),
        (two_targets, f"myadx.endpoints.analytics.ingestion.hosts.{ENGINE}: is also published by myadx.endpoints."),
    ):
        for command in (["access"], ["dns", "export", "--format", "hosts"]):
            result = run(tmp_path, outputs, *command)
            assert (result.exit_code, result.stdout) == (2, "")
            assert message in result.stderr


def test_consumers_may_have_different_addresses_for_one_name(tmp_path: Path) -> None:
    assert run(tmp_path, clusters(other={"engine": endpoint({ENGINE: ["10.4.0.9"]})}), "access").exit_code == 0


@pytest.mark.parametrize("form", FORMS)
def test_an_export_has_its_names_and_addresses(form: str) -> None:
    """`parse`, which the next test uses, reads each format."""
    pairs = parse(form, _export(form, clusters()))
    assert {name.partition(".")[0] for name, _ in pairs} == {"myadx", "ingest-myadx"}
    assert {address for _, address in pairs} == {"10.3.0.9", "10.3.0.10"}


def _splice(at: int, text: str) -> str:
    return ENGINE[:at] + text + ENGINE[at:]


_TEXT = st.text(max_size=30) | st.sampled_from(HOSTILE)
_SPLICED = st.builds(_splice, st.integers(0, len(ENGINE)), st.text(max_size=4))
_VALUES = _TEXT | _SPLICED | st.just(ENGINE) | st.just("10.9.9.9")
_ORDER = ["host", "address", "zone", "state", "id", "role", "consumer", "cluster"]


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(_ORDER), _VALUES, min_size=1, max_size=2))
def test_hostile_outputs_are_rejected_or_exported_exactly(changes: dict[str, str]) -> None:
    outputs = clusters()
    for place in sorted(changes, key=_ORDER.index):
        if "myadx" in outputs and "engine" in outputs["myadx"]["endpoints"]["analytics"]:
            PLACES[place](outputs, changes[place])
    expected = {
        (host.lower().partition(".")[0], address)
        for cluster in outputs.values()
        for published in cluster["endpoints"]["analytics"].values()
        for host, addresses in published["hosts"].items()
        for address in addresses
    }
    for form in FORMS:
        try:
            text = _export(form, outputs)
        except CommandError:
            continue
        pairs = parse(form, text)
        assert {(name.partition(".")[0], address) for name, address in pairs} == expected
        assert all(name.endswith(".westus.kusto.windows.net") for name, _ in pairs if form != "bind")
