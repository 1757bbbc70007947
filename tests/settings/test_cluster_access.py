"""The settings of a cluster's access: invalid values at their paths, and states that cannot be written."""

from __future__ import annotations

import pytest

from adx_private_link.program import parse
from adx_private_link.settings import AllowedCallouts, AllowedFqdns

from ..samples.building import cluster, described, small
from ..samples.smallest import small_with_cluster
from .parsing import only_parse_problem, parse_problems

_TENANT = "99999999-9999-9999-9999-999999999999"
_ADDRESS = "is not an IPv4 address, an IPv4 range or a service tag"
_OTHER_FORMS = "or a list of IPv4 addresses, IPv4 ranges and service tags"


def test_nothing_is_managed_by_default() -> None:
    """A stack of today must not start to open or close clusters that other programs manage."""
    settings = parse(small()).clusters["myadx"]
    assert settings.access_settings == []


def test_every_form_can_be_written() -> None:
    written = small_with_cluster(
        public_access=["20.1.2.3", "20.1.2.0/24", "PowerBI", "Storage.WestUS"],
        outbound={"callouts": [{"type": "sql", "uri_regex": "mine\\.database\\.windows\\.net/?$"}]},
        trusted_tenants=[_TENANT.upper()],
    )
    settings = parse(written).clusters["myadx"]
    assert settings.access_settings == ["trusted_tenants", "outbound", "public_access"]
    assert isinstance(settings.outbound, AllowedCallouts)
    assert settings.trusted_tenants == [_TENANT]


def test_no_host_at_all_may_be_allowed() -> None:
    """A cluster without external tables needs no destination: the empty list is the tightest state."""
    settings = parse(small_with_cluster(outbound={"fqdns": []})).clusters["myadx"]
    assert settings.outbound == AllowedFqdns(fqdns=[])


@pytest.mark.parametrize(
    ("setting", "value", "path", "message", "remedy"),
    [
        ("public_access", "20.0.0.0/8", "", "is not known", _OTHER_FORMS),
        ("public_access", False, "", "is not known", _OTHER_FORMS),
        ("public_access", {"ranges": []}, "", "is not known", _OTHER_FORMS),
        # Azure takes an empty list as everyone.
        ("public_access", [], "", "is empty", "`closed` for none"),
        ("public_access", ["2001:db8::/32"], ".0", _ADDRESS, "Azure takes no IPv6"),
        ("public_access", ["PowerBI", "20.0.0.300"], ".1", _ADDRESS, "such as 20.1.2.3"),
        ("public_access", ["20.0.0.0/33"], ".0", _ADDRESS, "such as 20.1.2.0/24"),
        ("public_access", ["Power BI"], ".0", _ADDRESS, "PowerBI"),
        ("public_access", ["20.1.2.3/24"], ".0", "begins within its range", "write 20.1.2.0/24"),
        ("public_access", ["PowerBI", "PowerBI"], "", "names PowerBI twice", "write it once"),
        ("outbound", "closed", "", "is not known", "`{fqdns: […]}`"),
        ("outbound", ["a.example"], "", "is not known", "`{fqdns: […]}`"),
        ("outbound", {}, ".fqdns", "is missing", "`[]` for none"),
        ("outbound", {"fqdns": ["https://a.example/"]}, ".fqdns.0", "is not a full host name", "without `https://`"),
        ("outbound", {"callouts": []}, ".callouts", "is empty", "write at least one"),
        (
            "outbound",
            {"callouts": [{"type": "sqls", "uri_regex": "x"}]},
            ".callouts.0.type",
            "is not known",
            "did you mean `sql`?",
        ),
        ("outbound", {"callouts": [{"type": "sql"}]}, ".callouts.0.uri_regex", "is missing", "A regular expression"),
        (
            "outbound",
            {"callouts": [{"type": "sql", "uri_regex": "x"}], "fqdns": []},
            ".fqdns",
            "conflicts with `callouts`",
            "remove one of the two",
        ),
        ("trusted_tenants", "none", "", "is not known", "`own` for the cluster's own only"),
        ("trusted_tenants", [], "", "is empty", "`own` for the cluster's own only"),
        ("trusted_tenants", ["contoso.com"], ".0", "is not a tenant id", "az account show --query tenantId"),
    ],
)
def test_invalid_values_are_reported_at_their_paths(
    setting: str, value: object, path: str, message: str, remedy: str
) -> None:
    problem = only_parse_problem(small_with_cluster(**{setting: value}))
    assert problem.path == f"clusters.myadx.{setting}{path}"
    assert message in problem.message
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("setting", "value"), [("public_access", "closed"), ("outbound", "open"), ("trusted_tenants", "own")]
)
def test_the_access_of_a_described_cluster_belongs_to_its_own_resource(setting: str, value: object) -> None:
    """Nothing of it is looked up, and the program's own PUT of the cluster would undo it."""
    written = {**small(), "clusters": {"myadx": cluster("myadx", described=described("myadx"), **{setting: value})}}
    [problem] = parse_problems(written)
    assert problem.path == f"clusters.myadx.{setting}"
    assert "write it on the program's own cluster resource" in problem.remedy
