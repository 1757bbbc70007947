"""Many clusters with the same changes: one line, with a folded list."""

from __future__ import annotations

import json
from typing import Any

from click.testing import CliRunner
from markdown_it import MarkdownIt

from adx_private_link.cli import main
from adx_private_link.cli.report.markdown import markdown

from .previews import BLOB_ZONE, DOMAIN, GUEST, HUB, OWNER, FakePreview
from .reports import PUBLIC, on_a_terminal, reported

COUNT = 12
SUBNET = f"/subscriptions/{GUEST}/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/clients"


def many(count: int = COUNT, *, replaced: bool = False, alone: int | None = None) -> FakePreview:
    """Create a preview in which `analytics` loses its access to clusters, or gets other endpoints, except for one."""
    preview = FakePreview()
    zone = preview.zone()
    preview.link("spoke", PUBLIC, PUBLIC, (zone, zone))
    for number in range(count):
        key = f"adx{number}"
        host = f"{key}.{DOMAIN}"
        id = f"/subscriptions/{OWNER}/resourceGroups/adx/providers/Microsoft.Kusto/Clusters/{key}"
        inputs: dict[str, Any] = {"cluster": id, "hosts": {"engine": host}}
        component = preview.step("adxPrivateLink:index:AdxPrivateLink", key, inputs, inputs)
        services = preview.step("adxPrivateLink:index:ClusterServices", key, inputs, inputs, parent=component)
        preview.step("azure-native:network:PrivateLinkService", f"{key}.engine", {}, {}, parent=services)
        stays = replaced or number == alone
        hosts = {"consumer": "analytics", "hosts": {"engine": [host]}}
        outputs = {"engine": {"connection_state": "Approved", "hosts": {host: [f"10.0.0.{number + 4}"]}}}
        consumer = preview.step(
            "adxPrivateLink:index:ConsumerEndpoints",
            f"{key}.analytics",
            hosts,
            hosts if stays else None,
            parent=component,
            outputs=outputs,
        )
        before = {"privateEndpointName": f"pe-{key}", "subnet": {"id": SUBNET}}
        after = before if stays else None
        is_replaced = replaced and number != alone
        endpoint = "azure-native:network:PrivateEndpoint"
        name = f"{key}.analytics.engine"
        preview.step(endpoint, name, before, after, parent=consumer, replace=is_replaced, reasons=["subnet"])
        approval = {"properties": {"parameters": {"connections": {"value": ["c"]}}}}
        kind = "azure-native:resources:Deployment"
        preview.step(kind, f"{name}.approval", approval, approval if stays else None, parent=consumer)
        record = {"aRecords": [{"ipv4Address": f"10.0.0.{number + 4}"}], "ttl": 300}
        kind = "azure-native:privatedns:PrivateRecordSet"
        preview.step(kind, f"{key}@{HUB}", record, record if stays else None, parent=consumer, replace=is_replaced)
    return preview


def many_natives(count: int = COUNT) -> FakePreview:
    """Create a preview in which `analytics` loses the names of native clusters; each has more hosts than the last."""
    preview = FakePreview(kind="native")
    for number in range(count):
        key = f"adx{number}"
        host = f"{key}.{DOMAIN}"
        inputs: dict[str, Any] = {"cluster": f"/clusters/{key}", "hosts": {"engine": host}}
        component = preview.step("adxPrivateLink:index:AdxPrivateLink", key, inputs, inputs)
        storage = [
            f"{account}kstrld{key}.{service}.core.windows.net"
            for account in range(number + 1)
            for service in ("blob", "queue")
        ]
        roles = {host: "engine", **dict.fromkeys(storage, "storage")}
        output = {
            "connection_state": "Approved",
            "hosts": {name: ["10.0.0.4"] for name in roles},
            "names": {name: {"role": role} for name, role in roles.items()},
        }
        hosts = {"consumer": "analytics", "hosts": {"cluster": [host]}}
        kind = "adxPrivateLink:index:ConsumerEndpoints"
        outputs = {"cluster": output}
        consumer = preview.step(kind, f"{key}.analytics", hosts, hosts, parent=component, outputs=outputs)
        endpoint = {"privateEndpointName": f"pe-{key}", "subnet": {"id": SUBNET}}
        kind = "azure-native:network:PrivateEndpoint"
        preview.step(kind, f"{key}.analytics.cluster", endpoint, endpoint, parent=consumer)
        zones = {"kusto": HUB, "blob": BLOB_ZONE, "queue": BLOB_ZONE.replace("blob", "queue")}
        preview.zone_group(consumer, zones, None)
    return preview


def comment(preview: FakePreview) -> str:
    return markdown([reported(preview)], [""])


def unfolded(text: str) -> list[str]:
    """Return the lines that a reader sees before opening a list."""
    lines, depth = list[str](), 0
    for line in text.splitlines():
        depth += line.count("<details>")
        if not depth:
            lines.append(line.removeprefix(">").lstrip())
        depth -= line.count("</details>")
    return lines


def test_one_line_stands_for_many_clusters() -> None:
    seen = unfolded(comment(many()))
    [line] = [line for line in seen if "`access-removed`" in line]
    assert line == (
        "- **Consumer analytics of 12 clusters** loses its private endpoint for engine. Its clients get the public "
        "address. Clients may keep the old address for 300 s. `access-removed`"
    )
    assert len([line for line in seen if line.startswith("| `analytics`")]) == 1
    assert len(seen) < 25


def test_storage_hosts_are_one_line_for_many_clusters() -> None:
    """A native cluster has six storage hosts or more: with their names, a reviewer would read nothing else."""
    preview = many_natives()
    seen = unfolded(comment(preview))
    [line] = [line for line in seen if "`zone-group-removed`" in line]
    assert line.startswith("- **The zone group of analytics for 12 clusters** is deleted, and all of its records")
    rows = [line for line in seen if line.startswith("| `analytics`")]
    hosts = sum(2 * (number + 1) for number in range(COUNT))
    assert rows == [
        "| `analytics` | engine | 12 hosts | private → not private | approved | zone group deleted |",
        f"| `analytics` | storage | {hosts} storage hosts | private → not private | approved | zone group deleted |",
    ]
    assert "24 storage hosts | 24 addresses → not private" in comment(preview)
    assert "kstrldadx11" not in "\n".join(seen)
    assert f"{hosts} storage hosts" in on_a_terminal(reported(preview), 120)


def test_machines_get_every_storage_host() -> None:
    [stack] = json.loads(CliRunner().invoke(main, ["report", "--format", "json"], input=many_natives().content).stdout)[
        "stacks"
    ]
    storage = [access for access in stack["access"] if access["role"] == "storage" and access["cluster"] == "adx11"]
    assert len({access["host"] for access in storage}) == 24


def test_folded_lists_are_complete() -> None:
    text = comment(many())
    for number in range(COUNT):
        assert f"**Consumer analytics of adx{number}** loses its private endpoint" in text
        assert f"| `adx{number}` | `analytics` | engine | `adx{number}.{DOMAIN}` | `10.0.0.{number + 4}`" in text


def test_a_cluster_that_differs_stays_apart() -> None:
    preview = many(replaced=True, alone=10)
    [service] = [step for step in preview.steps if step["urn"].endswith("PrivateLinkService::adx3.engine")]
    service["op"] = "replace"
    seen = "\n".join(unfolded(comment(preview)))
    assert "10 clusters" in seen
    assert "Cluster `adx3`" in seen
    assert "adx10" not in seen


def test_clusters_stand_in_natural_order() -> None:
    preview = many()
    clusters = [access.cluster for access in reported(preview).access]
    assert clusters == [f"adx{number}" for number in range(COUNT)]


def test_a_fold_in_an_alert_is_markup() -> None:
    """GitHub reads what is in the quote as Markdown: the details, and the list in them."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(comment(many()))
    text = [token.content for token in tokens if token.type in ("inline", "html_block")]
    assert sum(content.startswith("**Consumer analytics of adx") for content in text) == COUNT
    assert any("<summary>Each of the 12</summary>" in content for content in text)


def test_many_clusters_are_a_matrix_instead_of_a_picture() -> None:
    """A picture of twenty clusters fills three screens."""
    result = CliRunner().invoke(main, ["report"], input=many(20).content)
    assert "```mermaid" not in result.stdout
    assert "| `adx19` | by this stack, deleted |" in result.stdout
    assert "```mermaid" in CliRunner().invoke(main, ["report"], input=many().content).stdout


def test_a_terminal_leaves_out_the_lists_and_breaks_no_name() -> None:
    text = on_a_terminal(reported(many(3)))
    for number in range(3):
        assert f"adx{number}.{DOMAIN}" in text
    text = on_a_terminal(reported(many()))
    assert "Consumer analytics of 12 clusters loses" in text
    assert "Consumer analytics of adx11" not in text
    assert len(text.splitlines()) < 20


def test_machines_get_every_risk() -> None:
    result = CliRunner().invoke(main, ["report", "--format", "json"], input=many().content)
    [stack] = json.loads(result.stdout)["stacks"]
    removed = [risk for risk in stack["risks"] if risk["kind"] == "access-removed"]
    assert [risk["facts"]["cluster"] for risk in removed] == [f"adx{number}" for number in range(COUNT)]
    assert {(risk["severity"], risk["effect"]) for risk in removed} == {("caution", "cuts-off")}
