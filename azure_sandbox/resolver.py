"""Names as a client in a virtual network sees them: public DNS, and linked private zones where they have a say."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from .azure import Azure, Json
from .azure.type_names import RECORD_SETS, VIRTUAL_NETWORK_LINKS

# Aliases that lead in a circle end as they do with real resolvers: without an answer.
_LONGEST_CHAIN = 16


@dataclass(frozen=True)
class Answer:
    """One line of a DNS answer."""

    name: str
    type: str
    value: str


def resolve(azure: Azure, network: str, host: str) -> list[Answer]:
    """
    The chain that a client gets; empty means NXDOMAIN.

    Public DNS has the CNAME to the `privatelink` name for every cluster injected in a network, and the cluster's
    public address under that name (MicrosoftDocs, vnet-create-private-endpoint.md, "DNS configuration").
    """
    resources = azure.list()
    public = _public_records(resources)
    chain: list[Answer] = []
    name = host.lower().rstrip(".")
    for _ in range(_LONGEST_CHAIN):
        found = _private(resources, network, name)
        answers = public.get(name, []) if found is None else found
        chain += answers
        if len(answers) != 1 or answers[0].type != "CNAME":
            return chain if answers else []
        name = answers[0].value
    return []


def _public_records(resources: list[Json]) -> dict[str, list[Answer]]:
    records: dict[str, list[Answer]] = {}
    by_id = {str(each["id"]).lower(): each for each in resources}
    for cluster in (each for each in resources if str(each["type"]).lower() == "microsoft.kusto/clusters"):
        properties = cluster["properties"]
        injected: Json = properties.get("virtualNetworkConfiguration") or {}
        for uri, address in (("uri", "enginePublicIpId"), ("dataIngestionUri", "dataManagementPublicIpId")):
            if address not in injected:
                continue
            host = urlsplit(str(properties[uri])).hostname or ""
            label, _, rest = host.partition(".")
            private = f"{label}.privatelink.{rest}"
            records[host] = [Answer(host, "CNAME", private)]
            if public := by_id.get(str(injected[address]).lower()):
                records[private] = [Answer(private, "A", public["properties"]["ipAddress"])]
    return records


def _zone_name(zone: str) -> str:
    return zone.rsplit("/", 1)[1].lower()


def _private(resources: list[Json], network: str, name: str) -> list[Answer] | None:
    """What the network's private zones say; None when they leave the name to public DNS."""
    zones = {
        str(each["id"]).rsplit("/", 2)[0]: each["properties"].get("resolutionPolicy")
        for each in resources
        if each["type"] == VIRTUAL_NETWORK_LINKS
        and each["properties"]["virtualNetwork"]["id"].lower() == network.lower()
    }
    for zone, policy in sorted(zones.items(), key=lambda each: -len(_zone_name(each[0]))):
        if not f".{name}".endswith(f".{_zone_name(zone)}"):
            continue
        found = _records(resources, zone.lower(), name.removesuffix(_zone_name(zone)).rstrip(".") or "@")
        if found is None:
            return None if policy == "NxDomainRedirect" else []
        # A name that has other records only is there all the same: no address, and no public answer either.
        return [answer for each in found for answer in _answers(name, each["properties"])]
    return None


def _records(resources: list[Json], zone: str, name: str) -> list[Json] | None:
    """The record sets of a name in a zone, or those of a wildcard (RFC 4592); None when there is no such name."""
    inside: dict[str, list[Json]] = {}
    for each in resources:
        if str(each["id"]).lower().rsplit("/", 2)[0] == zone and each["type"] in RECORD_SETS:
            inside.setdefault(str(each["name"]).lower(), []).append(each)
    labels = name.split(".")
    for start in range(len(labels) + 1):
        above = ".".join(labels[start:])
        if start and (wildcard := inside.get(f"*.{above}".rstrip("."))):
            return wildcard
        if above in inside or any(each.endswith(f".{above}") for each in inside if above):
            # The nearest name that is there: what lies above it has no say.
            return None if start else inside.get(above, [])
    return None


def _answers(name: str, record: Json) -> list[Answer]:
    if alias := record.get("cnameRecord"):
        return [Answer(name, "CNAME", str(alias["cname"]).lower().rstrip("."))]
    return [Answer(name, "A", each["ipv4Address"]) for each in record.get("aRecords", [])]
