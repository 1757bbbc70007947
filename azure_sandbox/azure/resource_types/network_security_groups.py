"""Microsoft.Network/networkSecurityGroups: security rules, and the subnets and interfaces that have them."""

from __future__ import annotations

import ipaddress
import uuid

from ...rules import OWN_CHOICE, Rule
from ..bodies import CANNOT_PARSE, Json, properties, read_choice
from ..errors import Rejection
from ..nested_objects import complete_object, read_named_objects, show_etags
from ..network_names import check_name
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType
from ..type_names import NETWORK_INTERFACES, NETWORK_SECURITY_GROUPS, SUBNETS

_OVERVIEW = "MicrosoftDocs/azure-docs, articles/virtual-network/network-security-groups-overview.md"

PRIORITY = Rejection(
    says="A security rule has a priority from 100 to 4096",
    source=f"{_OVERVIEW}; Azure/azure-cli#3044 has code and text",
    code="SecurityRuleInvalidPriority",
    message="Security rule has invalid priority. Priority should be in range 100 to 4096. Priority {priority} of rule "
    "{rule} is not.",
)
RULES_CONFLICT = Rejection(
    says="Security rules of one direction have different priorities",
    source=f"{_OVERVIEW}; hashicorp/terraform-provider-azurerm#6852 has code and text",
    code="SecurityRuleConflict",
    message="Security rule {rule} conflicts with rule {other}. Rules cannot have the same Priority and Direction.",
)
PORT_RANGE = Rejection(
    says="A security rule names ports from 0 to 65535, ranges of them, or `*`",
    source="Azure/azure-cli#23499",
    code="SecurityRuleInvalidPortRange",
    message="Security rule has invalid Port range. Value provided: {value}. Value should be an integer OR integer "
    "range with '-' delimiter. Valid range 0-65535.",
)
ADDRESS_PREFIX = Rejection(
    says="A security rule names addresses in CIDR notation; whether a service tag exists is not checked",
    source="hashicorp/terraform-provider-azurerm#5617, ernestio/ernest#473; that tags are not checked is an "
    f"{OWN_CHOICE}",
    code="SecurityRuleInvalidAddressPrefix",
    message="Security rule {rule} has invalid Address prefix. Value provided: {value}",
)
IN_USE = Rejection(
    says="A network security group of a subnet or a network interface cannot be deleted",
    source="hashicorp/terraform-provider-azurerm#1190",
    code="InUseNetworkSecurityGroupCannotBeDeleted",
    message="Network security group {group} cannot be deleted because it is in use by the following resources: "
    "{users}. In order to delete the Network security group, remove the association with the resource(s).",
)
DEFAULT_RULES = Rule(
    says="A network security group shows six default rules, with priorities 65000 to 65500, and its subnets and "
    "interfaces",
    source=_OVERVIEW,
)

_RULES = "securityRules"
_CHOICES = {
    "direction": (("Inbound", "Outbound"), None),
    "access": (("Allow", "Deny"), None),
    "protocol": (("Tcp", "Udp", "Icmp", "Esp", "Ah", "*"), None),
}
_NETWORK, _BALANCER, _INTERNET = "VirtualNetwork", "AzureLoadBalancer", "Internet"
_DEFAULTS = (
    ("AllowVnetInBound", 65000, "Inbound", "Allow", _NETWORK, _NETWORK),
    ("AllowAzureLoadBalancerInBound", 65001, "Inbound", "Allow", _BALANCER, "*"),
    ("DenyAllInBound", 65500, "Inbound", "Deny", "*", "*"),
    ("AllowVnetOutBound", 65000, "Outbound", "Allow", _NETWORK, _NETWORK),
    ("AllowInternetOutBound", 65001, "Outbound", "Allow", "*", _INTERNET),
    ("DenyAllOutBound", 65500, "Outbound", "Deny", "*", "*"),
)


class NetworkSecurityGroup(ResourceType):
    type = NETWORK_SECURITY_GROUPS

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_name(id.name)
        rules = read_named_objects(id, body, _RULES)
        names_by_place: dict[tuple[str, int], str] = {}
        for rule in rules:
            direction, priority = _read_choices(rule)["direction"], _read_priority(rule)
            if other := names_by_place.get((direction, priority)):
                raise RULES_CONFLICT(rule=rule["name"], other=other)
            names_by_place[direction, priority] = rule["name"]
            _check_traffic(f"{id.text}/{_RULES}/{rule['name']}", properties(rule))
        return {
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": properties(old)["resourceGuid"] if old else str(uuid.uuid4()),
                _RULES: [
                    complete_object(id, self.type, _RULES, rule, {**properties(rule), **_read_choices(rule)})
                    for rule in rules
                ],
                "defaultSecurityRules": [_default_rule(id, *default) for default in _DEFAULTS],
            }
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        users = {
            name: [{"id": user.id} for user in referrers]
            for name, type in (("subnets", SUBNETS), ("networkInterfaces", NETWORK_INTERFACES))
            if (referrers := arm.store.referrers(id.key, type))
        }
        answer = show_etags(body, [_RULES, "defaultSecurityRules"])
        return {**answer, "properties": {**properties(answer), **users}}

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        users = [user.id for type in (SUBNETS, NETWORK_INTERFACES) for user in arm.store.referrers(id.key, type)]
        if users:
            raise IN_USE(group=id.text, users=", ".join(users))


def _read_choices(rule: Json) -> Json:
    """The properties of a rule whose values are enumerations."""
    requested = properties(rule)
    return {name: read_choice(requested, name, values, default) for name, (values, default) in _CHOICES.items()}


def _read_priority(rule: Json) -> int:
    priority = properties(rule).get("priority")
    # The provider sends numbers as floats.
    if isinstance(priority, float) and priority.is_integer():
        priority = int(priority)
    if not isinstance(priority, int):
        raise CANNOT_PARSE()
    if not 100 <= priority <= 4096:
        raise PRIORITY(priority=priority, rule=rule["name"])
    return priority


def _check_traffic(rule: str, requested: Json) -> None:
    """Reject invalid ports and addresses."""
    for end in ("source", "destination"):
        for ports in _read_values(requested, f"{end}PortRange", f"{end}PortRanges"):
            first, dash, last = ports.partition("-")
            bounds = [first, last] if dash else [first]
            if ports != "*" and not all(
                bound.isascii() and bound.isdigit() and int(bound) <= 65535 for bound in bounds
            ):
                raise PORT_RANGE(value=ports)
        for addresses in _read_values(requested, f"{end}AddressPrefix", f"{end}AddressPrefixes"):
            # A service tag has letters and no slash.
            if "/" in addresses or not any(character.isalpha() or character == "*" for character in addresses):
                try:
                    ipaddress.ip_network(addresses, strict=False)
                except ValueError:
                    raise ADDRESS_PREFIX(rule=rule, value=addresses) from None


def _read_values(requested: Json, singular: str, plural: str) -> list[str]:
    return [str(value) for value in (requested.get(singular), *(requested.get(plural) or ())) if value]


def _default_rule(
    id: ResourceId, name: str, priority: int, direction: str, access: str, source: str, destination: str
) -> Json:
    rule_properties: Json = {
        "protocol": "*",
        "sourcePortRange": "*",
        "destinationPortRange": "*",
        "sourceAddressPrefix": source,
        "destinationAddressPrefix": destination,
        "access": access,
        "priority": priority,
        "direction": direction,
    }
    return complete_object(id, NETWORK_SECURITY_GROUPS, "defaultSecurityRules", {"name": name}, rule_properties)
