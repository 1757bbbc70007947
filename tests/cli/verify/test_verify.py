"""`verify`: every link of the chain broken in turn, against real DNS servers and TLS on loopback."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import dns.resolver
import pytest
import trustme

from adx_private_link.cli.pulumi import outputs as outputs_reading
from tests.docs.pages import PAGES

from ..dns.servers import PUBLIC, Server, bind_of_network, free_port, public_dns
from ..outputs import ENGINE, INGESTION, PRIVATE, ZONE, clusters, endpoint, exported, run
from .kusto import cluster

HERE, THERE = "127.0.0.9", "127.0.0.8"
"""The endpoint's address, and one that it had before."""
OUTPUTS = clusters(engine=HERE, ingestion=HERE)
QUICK = ("--timeout", "1")
"""Where something has to take too long."""
WILDCARD = "*.westus.kusto.windows.net"


@pytest.fixture(scope="module", autouse=True)
def loopback() -> Generator[None]:
    """Here loopback stands for the consumer's network; elsewhere a file with such addresses is refused."""
    others = {each: kind for each, kind in outputs_reading.IMPOSSIBLE.items() if not each.is_loopback}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(outputs_reading, "IMPOSSIBLE", others)
        yield


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(autouse=True)
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the tests' authority."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    with public_dns(tmp_path_factory.mktemp("public")) as server:
        yield server


@pytest.fixture(scope="module")
def network(world: Server, tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """A network whose server has the records."""
    directory = tmp_path_factory.mktemp("network")
    with bind_of_network(directory, world, exported(directory, OUTPUTS, "--format", "bind")) as server:
        yield server


@pytest.fixture(scope="module")
def well(authority: trustme.CA) -> Generator[int]:
    """The port of a cluster that is well."""
    with cluster(authority, WILDCARD) as running:
        yield running.port


def verify(tmp_path: Path, server: Server | str, port: int, *flags: str, outputs: dict[str, Any] = OUTPUTS) -> Any:
    """What is found out, by host: the faults' kinds and remedies; after a look at what people would read."""
    address = server if isinstance(server, str) else server.address
    given = ("verify", "--nameserver", address, "--port", str(port), *flags)
    told = run(tmp_path, outputs, *given)
    found = json.loads(run(tmp_path, outputs, *given, "--json").stdout)["hosts"]
    for host in found:
        for fault in (check["fault"] for check in host["checks"] if check["fault"]):
            for part in (fault["kind"], fault["says"], fault["remedy"]):
                assert _without_seconds(part) in _without_seconds(told.stdout)
    assert told.exit_code == (1 if any(check["fault"] for host in found for check in host["checks"]) else 0)
    return {host["host"]: {check["link"]: check["fault"] for check in host["checks"]} for host in found}


def _without_seconds(text: str) -> str:
    """Caches count down between the two runs."""
    return re.sub(r"\d+ s\b", "some time", text)


def kinds(found: dict[str, dict[str, Any]], host: str = ENGINE) -> dict[str, str | None]:
    return {link: fault and fault["kind"] for link, fault in found[host].items()}


WELL = {"connection": None, "dns": None, "tcp": None, "tls": None, "ping": None}


def test_all_is_well(network: Server, well: int, tmp_path: Path) -> None:
    found = verify(tmp_path, network, well)
    assert (kinds(found), kinds(found, INGESTION)) == (WELL, WELL)


# Names


def test_no_record_and_no_zone(world: Server, well: int, tmp_path: Path) -> None:
    """The endpoint itself is fine, which is told as well: only the network's DNS is to be mended."""
    with bind_of_network(tmp_path / "network", world) as server:
        found = verify(tmp_path, server, well)
    assert kinds(found) == {**WELL, "dns": "zone-not-seen"}
    assert f"does not see the zone {ZONE}" in found[ENGINE]["dns"]["says"]
    assert "Link this network to the zone" in found[ENGINE]["dns"]["remedy"]


def test_a_zone_without_the_record(well: int, tmp_path: Path) -> None:
    """Azure's zone is seen, and falls back to the public answer (`NxDomainRedirect`)."""
    with (
        public_dns(tmp_path / "public") as public,
        _with_zone(tmp_path / "azure", public, ZONE, "azureprivatedns.net.", "myadx", "ingest-myadx") as server,
    ):
        found = verify(tmp_path, server, well)
    assert kinds(found) == {**WELL, "dns": "no-record"}
    assert "it writes the record" in found[ENGINE]["dns"]["remedy"]


def test_the_number_of_names_is_said_in_words(tmp_path: Path) -> None:
    one = clusters()
    del one["myadx"]["endpoints"]["analytics"]["ingestion"]
    for outputs, said in ((one, "1 of 1 name has a problem."), (clusters(), "2 of 2 names have a problem.")):
        done = run(tmp_path, outputs, "verify", "--nameserver", f"127.0.0.1:{free_port()}", "--timeout", "0.2")
        assert said in done.stdout


def _with_zone(directory: Path, public: Server, zone: str, primary: str, *names: str) -> AbstractContextManager[Server]:
    """A network's server with a zone, in which these names have a public address."""
    directory.mkdir()
    records = "".join(f"{each} A 40.122.110.154\n" for each in names)
    soa = f"$TTL 60\n@ SOA {primary} nobody.invalid. 1 3600 600 86400 60\n@ NS ns.invalid.\n"
    (directory / "zone").write_text(soa + records)
    return bind_of_network(directory, public, f'zone "{zone}" {{ type primary; file "zone"; }};')


def test_a_stale_record(world: Server, well: int, tmp_path: Path) -> None:
    old = exported(tmp_path, clusters(engine=THERE, ingestion=HERE), "--format", "bind")
    with bind_of_network(tmp_path / "network", world, old) as server:
        found = verify(tmp_path, server, well)
    # Half of the hosts are fine.
    assert (kinds(found), kinds(found, INGESTION)) == ({**WELL, "dns": "stale-address"}, WELL)
    assert found[ENGINE]["dns"]["says"] == f"the address is {THERE} and should be {HERE}"
    remedy = found[ENGINE]["dns"]["remedy"]
    assert remedy.startswith("If these outputs are older than the last `pulumi up`, read them again.")
    assert re.search(r"caches keep the old address for (60|59) s", remedy)


def test_a_wrong_alias(well: int, tmp_path: Path) -> None:
    wrong = PUBLIC.replace("\nmyadx CNAME myadx.privatelink\n", "\nmyadx CNAME other.privatelink\n")
    with public_dns(tmp_path / "public", wrong) as server:
        found = verify(tmp_path, server, well)
    assert kinds(found)["dns"] == "wrong-alias"
    assert "is an alias of other.privatelink.westus.kusto.windows.net (40.122.110.156)" in found[ENGINE]["dns"]["says"]
    assert "Remove that CNAME" in found[ENGINE]["dns"]["remedy"]


def test_a_public_address_without_an_alias(well: int, tmp_path: Path) -> None:
    wrong = PUBLIC.replace("\nmyadx CNAME myadx.privatelink\n", "\nmyadx A 40.122.110.154\n")
    with public_dns(tmp_path / "public", wrong) as server:
        assert kinds(verify(tmp_path, server, well))["dns"] == "no-alias"


def test_azures_own_alias_of_a_cluster_that_is_in_no_network(well: int, tmp_path: Path) -> None:
    """Nobody has written it by mistake, and nobody can take it away."""
    wrong = PUBLIC.replace("\nmyadx CNAME myadx.privatelink\n", "\nmyadx CNAME kusto.cloudapp.azure.com.\n")
    with (
        public_dns(tmp_path / "public", wrong) as public,
        _with_zone(tmp_path / "network", public, "cloudapp.azure.com", "ns.invalid.", "kusto") as server,
    ):
        assert kinds(verify(tmp_path, server, well))["dns"] == "no-alias"


def test_no_such_name(well: int, tmp_path: Path) -> None:
    wrong = PUBLIC.replace("\nmyadx.privatelink A 40.122.110.154\n", "\n")
    with public_dns(tmp_path / "public", wrong.replace("\nmyadx.privatelink AAAA 2001:db8::154\n", "\n")) as server:
        found = verify(tmp_path, server, well)
    assert (kinds(found)["dns"], kinds(found, INGESTION)["dns"]) == ("no-such-name", "zone-not-seen")
    assert f"has a zone {ZONE} without this record" in found[ENGINE]["dns"]["remedy"]


def test_no_such_cluster(well: int, tmp_path: Path) -> None:
    """It is not the zone's fault, where public DNS does not lead there."""
    with public_dns(tmp_path / "public", PUBLIC.replace("\nmyadx CNAME myadx.privatelink\n", "\n")) as server:
        found = verify(tmp_path, server, well)
    assert found[ENGINE]["dns"]["says"] == f"{ENGINE} does not exist (NXDOMAIN)"
    assert "a zone westus.kusto.windows.net of its own" in found[ENGINE]["dns"]["remedy"]


def test_aliases_in_a_circle(well: int, tmp_path: Path) -> None:
    wrong = PUBLIC.replace("\nmyadx.privatelink A 40.122.110.154\n", "\nmyadx.privatelink CNAME myadx\n")
    with public_dns(tmp_path / "public", wrong.replace("myadx.privatelink AAAA 2001:db8::154\n", "")) as server:
        found = verify(tmp_path, server, well)
    assert kinds(found)["dns"] == "server-failure"
    assert "aliases form a circle" in found[ENGINE]["dns"]["remedy"]


def test_a_filter(well: int, tmp_path: Path) -> None:
    wrong = PUBLIC.replace("\nmyadx CNAME myadx.privatelink\n", "\nmyadx A 0.0.0.0\n")
    with public_dns(tmp_path / "public", wrong) as server:
        assert kinds(verify(tmp_path, server, well))["dns"] == "blocked"


def test_a_name_without_an_address(well: int, tmp_path: Path) -> None:
    wrong = PUBLIC.replace("myadx.privatelink A 40.122.110.154", "myadx.privatelink TXT nothing")
    with public_dns(tmp_path / "public", wrong) as server:
        assert kinds(verify(tmp_path, server, well))["dns"] == "no-address"


def test_a_server_that_refuses(well: int, tmp_path: Path) -> None:
    with public_dns(tmp_path / "public", options="allow-query { none; };") as server:
        found = verify(tmp_path, server, well)
    assert kinds(found)["dns"] == "refused"
    assert "Allow this network's clients" in found[ENGINE]["dns"]["remedy"]


def test_a_server_that_fails(well: int, tmp_path: Path) -> None:
    """Its forwarder is not there: such as 168.63.129.16, asked from outside of Azure."""
    with bind_of_network(tmp_path / "network", Server(free_port())) as server:
        found = verify(tmp_path, server, well)
    assert kinds(found)["dns"] == "server-failure"
    assert "cannot reach its own forwarder" in found[ENGINE]["dns"]["remedy"]


def test_a_server_that_does_not_answer(well: int, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        found = verify(tmp_path, f"127.0.0.1:{silent.getsockname()[1]}", well, *QUICK)
    assert kinds(found) == {**WELL, "dns": "no-answer"}
    assert "port 53 (UDP and TCP)" in found[ENGINE]["dns"]["remedy"]


# Connections


def test_nothing_listens(network: Server, tmp_path: Path) -> None:
    found = verify(tmp_path, network, free_port())
    assert kinds(found) == {"connection": None, "dns": None, "tcp": "connection-refused"}
    assert "these outputs are old" in found[ENGINE]["tcp"]["remedy"]


def test_packets_are_dropped(network: Server, tmp_path: Path) -> None:
    """A full queue of connections drops what comes, as a network security group does."""
    with ExitStack() as open_sockets:
        full = open_sockets.enter_context(socket.socket())
        full.bind((HERE, 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = [open_sockets.enter_context(socket.socket()) for _ in range(2)]
        for each in waiting:
            each.settimeout(0)
            each.connect_ex((HERE, port))
        found = verify(tmp_path, network, port, *QUICK)
    assert kinds(found) == {"connection": None, "dns": None, "tcp": "no-connection"}
    for part in ("Check that the cluster is running", "its connection is still Approved", "network security group"):
        assert part in found[ENGINE]["tcp"]["remedy"]


def test_a_certificate_of_somebody_else(network: Server, authority: trustme.CA, tmp_path: Path) -> None:
    with cluster(authority, "other.example.com") as running:
        found = verify(tmp_path, network, running.port)
    assert kinds(found) == {"connection": None, "dns": None, "tcp": None, "tls": "wrong-certificate"}
    assert found[ENGINE]["tls"]["says"] == f"the certificate is for other.example.com, not for {ENGINE}"
    assert f"answers at {HERE}" in found[ENGINE]["tls"]["remedy"]


def test_a_certificate_that_nobody_trusts(network: Server, tmp_path: Path) -> None:
    with cluster(trustme.CA(), WILDCARD) as running:
        found = verify(tmp_path, network, running.port)
    assert kinds(found)["tls"] == "untrusted-certificate"
    assert "A firewall intercepts TLS" in found[ENGINE]["tls"]["remedy"]


def test_no_tls(network: Server, tmp_path: Path) -> None:
    """The connection opens and is silent."""
    with socket.socket() as silent:
        silent.bind((HERE, 0))
        silent.listen(16)
        found = verify(tmp_path, network, silent.getsockname()[1], *QUICK)
    assert kinds(found)["tls"] == "no-tls"
    assert "`proxy_protocol` is on, which must be off" in found[ENGINE]["tls"]["remedy"]


def test_a_cluster_that_is_not_well(network: Server, authority: trustme.CA, tmp_path: Path) -> None:
    with cluster(authority, WILDCARD, status=500) as running:
        found = verify(tmp_path, network, running.port)
    assert kinds(found) == {**WELL, "ping": "http-status"}
    assert "answers with 500 Internal Server Error" in found[ENGINE]["ping"]["says"]
    assert "resource health" in found[ENGINE]["ping"]["remedy"]


def test_something_else_answers(network: Server, authority: trustme.CA, tmp_path: Path) -> None:
    with cluster(authority, WILDCARD, body="<html>Please log in</html>") as running:
        found = verify(tmp_path, network, running.port)
    assert kinds(found) == {**WELL, "ping": "unexpected-answer"}
    assert "a login page" in found[ENGINE]["ping"]["remedy"]


@pytest.mark.parametrize(
    ("state", "kind", "remedy"),
    [
        ("Pending", "not-approved", "Ask the service's owner to approve it"),
        ("Rejected", "not-approved", "replace the endpoint"),
        # The owner has approved it in the middle of the last `pulumi up`.
        ("Approved", "not-published", "it publishes the names"),
    ],
)
def test_an_endpoint_that_publishes_nothing(
    network: Server, well: int, tmp_path: Path, state: str, kind: str, remedy: str
) -> None:
    outputs = clusters(engine=HERE)
    outputs["myadx"]["endpoints"]["analytics"]["ingestion"] = endpoint({}, state)
    found = verify(tmp_path, network, well, outputs=outputs)
    assert (kinds(found), found[None]["connection"]["kind"]) == (WELL, kind)
    assert remedy in found[None]["connection"]["remedy"]


# This machine


class _Machine:
    """What this machine's programs get for names, and the DNS server that it names."""

    def __init__(self, server: Server | None, own: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
        real = dns.resolver.Resolver

        def configured(*, configure: bool) -> dns.resolver.Resolver:
            if configure and server is None:
                raise dns.resolver.NoResolverConfiguration
            made = real(configure=False)
            if server:
                made.nameservers, made.port = ["127.0.0.1"], server.port
            return made

        def look_up(host: str, *_: object) -> list[tuple[object, ...]]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (own(), 0))] if host == ENGINE else []

        monkeypatch.setattr(dns.resolver, "Resolver", configured)
        monkeypatch.setattr(socket, "getaddrinfo", look_up)


def _found_here(tmp_path: Path, outputs: dict[str, Any], port: int, *flags: str) -> dict[str, Any]:
    done = json.loads(run(tmp_path, outputs, "verify", "--port", str(port), "--json", *flags).stdout)
    (found,) = [each for each in done["hosts"] if each["host"] == ENGINE]
    (check,) = [each for each in found["checks"] if each["link"] == "dns"]
    return check


@pytest.mark.parametrize("has_server", [True, False])
def test_a_hosts_file_that_is_right(
    network: Server, well: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_server: bool
) -> None:
    """Clients here are served by it, whatever DNS says, and where there is none."""
    _Machine(network if has_server else None, lambda: THERE, monkeypatch)
    check = _found_here(tmp_path, clusters(engine=THERE), well)
    assert (check["fault"], f"this machine resolves {THERE}" in check["says"]) == (None, True)


def test_an_old_line_of_a_hosts_file(
    network: Server, well: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS is right, and no client here asks it: the leftover of a test."""
    _Machine(network, lambda: THERE, monkeypatch)
    fault = _found_here(tmp_path, OUTPUTS, well)["fault"]
    assert fault["kind"] == "own-way"
    assert (
        f"this machine resolves {THERE}, and this machine's DNS server (127.0.0.1) answers {PRIVATE} -> {HERE}"
        in (fault["says"])
    )
    assert "a line of its hosts file" in fault["remedy"]


def test_a_look_up_that_takes_too_long(
    network: Server, well: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's look-up knows no time limit."""
    _Machine(network, lambda: time.sleep(60) or HERE, monkeypatch)
    started = time.monotonic()
    assert "this machine resolves nothing" in _found_here(tmp_path, OUTPUTS, well, *QUICK)["says"]
    assert time.monotonic() - started < 30


# For machines and pipelines


def test_junit(network: Server, tmp_path: Path) -> None:
    file = tmp_path / "access.xml"
    given = ("verify", "--nameserver", network.address, "--port", str(free_port()), "--junit", str(file))
    assert run(tmp_path, OUTPUTS, *given).exit_code == 1
    suite = ET.parse(file).getroot()
    assert {**suite.attrib} == {
        "name": "adx-private-link verify analytics",
        "tests": "10",
        "failures": "2",
        "skipped": "4",
    }
    (failure,) = suite.findall(f"testcase[@name='{ENGINE} tcp']/failure")
    assert failure.attrib["type"] == "connection-refused"
    assert failure.text
    assert "these outputs are old" in failure.text


def test_the_table(network: Server, well: int, tmp_path: Path) -> None:
    done = run(tmp_path, OUTPUTS, "verify", "--nameserver", network.address, "--port", str(well))
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0] == ["host", "connection", "dns", "tcp", "tls", "ping"]
    assert lines[2] == [ENGINE, "Approved", "ok", "ok", "ok", "ok"]
    assert lines[-1] == ["2", "names:", "all", "well."]
    assert done.stderr == "verifying the names of analytics\n"


def test_only_what_was_tried_is_green(
    network: Server, well: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection's state is as of the last update: it may have been rejected since."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    done = run(tmp_path, OUTPUTS, "verify", "--nameserver", network.address, "--port", str(well))
    assert done.stdout.count("\x1b[32mok") == 2 * 4
    assert "\x1b[32mApproved" not in done.stdout


def test_a_report_that_cannot_be_written(network: Server, well: int, tmp_path: Path) -> None:
    """What was found is told first."""
    file = str(tmp_path / "nowhere" / "access.xml")
    done = run(tmp_path, OUTPUTS, "verify", "--nameserver", network.address, "--port", str(well), "--junit", file)
    assert (done.exit_code, "all well" in done.stdout) == (2, True)
    assert f"{file} cannot be written: No such file or directory." in done.stderr


# The official client


def test_the_official_client_gets_an_answer_by_the_private_name(
    network: Server, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _logged_in(tmp_path, monkeypatch, "a-token")
    with cluster(authority, WILDCARD) as running:
        done = run(tmp_path, OUTPUTS, "verify", "--nameserver", network.address, "--port", str(running.port), "--query")
        assert done.exit_code == 0, done.output
        assert (f"{ENGINE}:{running.port}", "/v2/rest/query", "Bearer a-token") in running.requests
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0][-1] == "query"
    assert lines[2] == [ENGINE, "Approved", "ok", "ok", "ok", "ok", "ok"]
    assert PRIVATE not in done.stdout


@pytest.mark.parametrize(("token", "kind"), [("another", "query-failed"), ("", "no-login")])
def test_a_query_that_fails(
    network: Server, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, token: str, kind: str
) -> None:
    _logged_in(tmp_path, monkeypatch, token)
    with cluster(authority, WILDCARD) as running:
        found = verify(tmp_path, network, running.port, "--query")
    assert kinds(found) == {**WELL, "query": kind}


def _logged_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    """An Azure CLI that has this token, if any."""
    answer = json.dumps({"accessToken": token, "expiresOn": "2099-01-01 00:00:00.000000", "expires_on": 4070908800})
    program = tmp_path / "bin" / "az"
    program.parent.mkdir()
    program.write_text(
        f"#!/bin/sh\necho '{answer}'\n" if token else "#!/bin/sh\necho 'Please run az login' >&2; exit 1\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "authority.pem"))


# The documentation


def test_the_commands_of_the_documentation(network: Server, well: int, tmp_path: Path) -> None:
    lines = [line for page in PAGES for block in page.blocks_in("sh") for line in block.commands]
    commands = [
        line.removeprefix("adx-private-link ").partition(" > ")[0]
        for line in lines
        if line.startswith(("adx-private-link dns ", "adx-private-link verify "))
    ]
    assert {" ".join(each.split()[:2]) for each in commands} == {"dns export", "dns diff", "verify --consumer"}
    for command in commands:
        given = command.replace("diff --nameserver 10.0.0.4", f"diff --nameserver {network.address}").split()
        if given[-1] == "clusters.json":
            given.pop()
        if given[0] == "verify":
            given += ["--nameserver", network.address, "--port", str(well)]
        done = run(tmp_path, OUTPUTS, *given)
        assert done.exit_code == 0, done.output
        assert done.stdout
