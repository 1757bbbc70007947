"""DNS as a client in a virtual network sees it: public DNS, and the private zones that the network is linked to."""

from __future__ import annotations

from .azure import Azure, Json
from .azure.type_names import RECORD_SETS, VIRTUAL_NETWORK_LINKS
from .public_dns import Answer, list_public_answers, list_public_hosts

# A circle of aliases ends without an answer, as with real resolvers.
_LONGEST_CHAIN = 16


def resolve(azure: Azure, network: str, host: str) -> list[Answer]:
    """The chain of answers for a host; empty for NXDOMAIN."""
    return Dns(azure).resolve(network, host)


class Dns:
    """DNS at one moment: Azure is read once for any number of names."""

    def __init__(self, azure: Azure) -> None:
        self.resources = azure.list()
        self.public_hosts = list_public_hosts(azure, self.resources)
        self._public_answers = list_public_answers(self.public_hosts)

    def resolve(self, network: str, host: str) -> list[Answer]:
        """The chain of answers for a host; empty for NXDOMAIN."""
        chain: list[Answer] = []
        name = host.lower().rstrip(".")
        for _ in range(_LONGEST_CHAIN):
            private_answers = _private_answers(self.resources, network, name)
            answers = self._public_answers.get(name, []) if private_answers is None else private_answers
            chain += answers
            if len(answers) != 1 or answers[0].type != "CNAME":
                return chain if answers else []
            name = answers[0].value
        return []


def _private_answers(resources: list[Json], network: str, name: str) -> list[Answer] | None:
    """The answers of the network's private zones; None when they leave the name to public DNS."""
    policies = {
        str(resource["id"]).rsplit("/", 2)[0]: resource["properties"].get("resolutionPolicy")
        for resource in resources
        if resource["type"] == VIRTUAL_NETWORK_LINKS
        and resource["properties"]["virtualNetwork"]["id"].lower() == network.lower()
    }
    for zone in sorted(policies, key=lambda zone: -len(_zone_name(zone))):
        if not f".{name}".endswith(f".{_zone_name(zone)}"):
            continue
        relative_name = name.removesuffix(_zone_name(zone)).rstrip(".") or "@"
        record_sets = _find_record_sets(resources, zone.lower(), relative_name)
        if record_sets is None:
            return None if policies[zone] == "NxDomainRedirect" else []
        # A name with other records only has no address, and no public answer either.
        return [answer for record_set in record_sets for answer in _answers(name, record_set["properties"])]
    return None


def _zone_name(zone: str) -> str:
    return zone.rsplit("/", 1)[1].lower()


def _find_record_sets(resources: list[Json], zone: str, name: str) -> list[Json] | None:
    """The record sets of a name in a zone, or those of a wildcard (RFC 4592); None when the name does not exist."""
    by_name: dict[str, list[Json]] = {}
    for resource in resources:
        if str(resource["id"]).lower().rsplit("/", 2)[0] == zone and resource["type"] in RECORD_SETS:
            by_name.setdefault(str(resource["name"]).lower(), []).append(resource)
    labels = name.split(".")
    for start in range(len(labels) + 1):
        suffix = ".".join(labels[start:])
        if start and (wildcard := by_name.get(f"*.{suffix}".rstrip("."))):
            return wildcard
        if suffix in by_name or any(other.endswith(f".{suffix}") for other in by_name if suffix):
            # This is the closest name that exists: wildcards above it do not apply.
            return None if start else by_name.get(suffix, [])
    return None


def _answers(name: str, record_set: Json) -> list[Answer]:
    if alias := record_set.get("cnameRecord"):
        return [Answer(name, "CNAME", str(alias["cname"]).lower().rstrip("."))]
    return [Answer(name, "A", record["ipv4Address"]) for record in record_set.get("aRecords", [])]
