"""The proof that consumers keep their access, before a cluster's public address is closed to them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from adx_private_link.cli.verify.findings import VerifiedHost
from adx_private_link.cli.verify.formats import format_json
from adx_private_link.cli.verify.proof import Proof

from .conftest import GO, Bench, Json

REMEDY = (
    "In its network, run `adx-private-link verify --consumer analytics --stack prod --format json > analytics.json`"
)


@pytest.fixture(autouse=True)
def closed(bench: Bench) -> None:
    """The settings state a closed cluster, and Azure has it open."""
    bench.state(public_access="closed")


def _without_fault(report: Json) -> None:
    """Leave the report as it is."""


def _with_fault(report: Json) -> None:
    fault = {"kind": "public-address", "says": "", "remedy": ""}
    report["hosts"][0]["checks"][1]["fault"] = fault


def _with_another_address(report: Json) -> None:
    report["hosts"][0]["addresses"] = ["10.3.0.99"]


def _without_a_host(report: Json) -> None:
    del report["hosts"][-1]


def _with_missing_names(report: Json) -> None:
    """What `verify` reports where no storage account has all its names."""
    fault = {"kind": "missing-storage-names", "says": "", "remedy": ""}
    checks = [{"link": "dns", "says": "", "fault": fault}]
    host = {"cluster": "myadx", "target": "cluster", "role": "storage", "host": None, "addresses": [], "checks": checks}
    report["hosts"].append(host)


def _without_a_check(report: Json) -> None:
    del report["hosts"][0]["checks"][2]


def _of_another_cluster(report: Json) -> None:
    for host in report["hosts"]:
        host["cluster"] = "other"


def _of_another_consumer(report: Json) -> None:
    report["consumer"] = "sales"


@pytest.mark.parametrize(
    ("change", "age", "reason"),
    [
        (_with_fault, 0, "its report has a fault: public-address of myadx.westus.kusto.windows.net"),
        (_with_missing_names, 0, "its report has a fault: missing-storage-names of myadx"),
        (_with_another_address, 0, "its report is about other hosts or addresses than the stack has now"),
        (_without_a_host, 0, "its report is about other hosts or addresses than the stack has now"),
        (_without_a_check, 0, "its report does not check tcp of myadx.westus.kusto.windows.net"),
        (_of_another_cluster, 0, "no report of it"),
        (_of_another_consumer, 0, "no report of it"),
        (_without_fault, 25, "UTC, and older than 24 hours"),
        (_without_fault, -1, "which is in the future: check the clocks"),
    ],
)
def test_a_report_that_proves_nothing_is_named_with_its_remedy(
    bench: Bench, change: Any, age: int, reason: str
) -> None:
    report = bench.report(age=timedelta(hours=age))
    change(report)
    output = bench.expect(1, *bench.proof(report), *GO)
    assert f"analytics: its report is of {report['time'][:10]}" in output if age else True
    assert reason in output
    assert REMEDY in output
    assert bench.cloud.patched == []


def test_without_a_report_nothing_changes(bench: Bench) -> None:
    assert "analytics: no report of it." in bench.expect(1, *GO)
    assert bench.cloud.patched == []


def test_a_good_report_closes_the_cluster(bench: Bench) -> None:
    bench.expect(0, *bench.proof(), *GO)
    assert bench.cloud.patched == ["publicNetworkAccess"]


def test_the_newest_report_counts(bench: Bench) -> None:
    """People repeat `verify` after they have corrected something, and send both files."""
    faulty = bench.report(age=timedelta(hours=1))
    _with_fault(faulty)
    old, new = bench.proof(faulty, "old.json"), bench.proof(bench.report(), "new.json")
    bench.expect(0, *new, *old, *GO)


def test_the_age_can_be_chosen(bench: Bench) -> None:
    proof = bench.proof(bench.report(age=timedelta(hours=2)))
    assert "older than 1 hours" in bench.expect(1, *proof, "--max-age", "1", *GO)
    bench.expect(0, *proof, "--max-age", "3", *GO)


@pytest.mark.parametrize("text", ["[]", "not JSON", '{"consumer": "analytics", "hosts": []}'])
def test_a_file_that_is_no_report_is_an_error(bench: Bench, text: str) -> None:
    """Reports of versions that wrote no time prove nothing either."""
    file = bench.directory / "other.json"
    file.write_text(text)
    output = bench.expect(2, "--proof", str(file), *GO)
    assert "is not a report of `adx-private-link verify --format json`" in output


def test_every_consumer_needs_its_own(bench: Bench) -> None:
    bench.consumers["sales"] = bench.consumers["analytics"]
    bench.outputs["myadx"]["endpoints"]["sales"] = bench.outputs["myadx"]["endpoints"]["analytics"]
    output = bench.expect(1, *bench.proof(), *GO)
    assert "sales: no report of it" in output
    assert "analytics:" not in output
    bench.expect(0, *bench.proof(), *bench.proof(bench.report(consumer="sales"), "sales.json"), *GO)


def test_a_consumer_whose_names_others_manage_needs_none(bench: Bench) -> None:
    """Its DNS is not this stack's, so this stack cannot demand that it is right; the plan names who loses access."""
    bench.consumers["analytics"]["dns"] = "elsewhere"
    output = bench.expect(0, *GO)
    assert "Loses access by public_access: consumer analytics, which has no approved private endpoint." in output


def test_a_consumer_that_is_not_deployed_yet_is_named(bench: Bench) -> None:
    bench.outputs["myadx"]["endpoints"] = {}
    assert "analytics: this stack publishes no name for it. Run `pulumi up`" in bench.expect(1, *GO)


@pytest.mark.parametrize(
    ("access", "now", "needs_proof"),
    [
        ("open", {"publicNetworkAccess": "Disabled"}, False),
        (["PowerBI"], {"publicNetworkAccess": "Disabled"}, False),
        (["PowerBI"], {}, True),
        (["PowerBI", "Grafana"], {"allowedIpRangeList": ["PowerBI"]}, False),
    ],
)
def test_only_what_takes_access_away_needs_a_proof(bench: Bench, access: Any, now: Json, *, needs_proof: bool) -> None:
    bench.state(public_access=access)
    bench.cloud.change(**now)
    output = bench.expect(1 if needs_proof else 0, *GO)
    assert ("private access is not proven" in output) == needs_proof


def test_the_report_of_verify_is_one() -> None:
    """What `verify` writes and what `lock-down` reads are one form."""
    hosts = [VerifiedHost("myadx", "cluster", "engine", "a.example", ("10.0.0.4",), [])]
    proof = Proof.model_validate_json(format_json("analytics", hosts))
    assert (proof.consumer, proof.hosts[0].host) == ("analytics", "a.example")
    assert json.loads(format_json("analytics", hosts))["time"].endswith("Z")
