"""Microsoft.Network/networkSecurityGroups: which traffic a subnet or a network interface takes."""

from __future__ import annotations

import ipaddress
import uuid

from ...rules import OWN_CHOICE, Rule
from ..bodies import CANNOT_PARSE, Json, properties, read_choice
from ..errors import Refusal
from ..nested_objects import complete_object, read_named_objects, show_etags
from ..network_names import check_name
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType
from ..type_names import NETWORK_INTERFACES, NETWORK_SECURITY_GROUPS, SUBNETS

_OVERVIEW = "MicrosoftDocs/azure-docs, articles/virtual-network/network-security-groups-overview.md"

PRIORITY = Refusal(
    says="A security rule has a priority from 100 to 4096",
    source=f"{_OVERVIEW}; Azure/azure-cli#3044 has code and text",
    code="SecurityRuleInvalidPriority",
    message="Security rule has invalid priority. Priority should be in range 100 to 4096. Priority {priority} of rule "
    "{rule} is not.",
)
CONFLICT = Refusal(
    says="Two security rules of one direction never have the same priority",
    source=f"{_OVERVIEW}; hashicorp/terraform-provider-azurerm#6852 has code and text",
    code="SecurityRuleConflict",
    message="Security rule {rule} conflicts with rule {other}. Rules cannot have the same Priority and Direction.",
)
PORT_RANGE = Refusal(
    says="A security rule names ports from 0 to 65535, ranges of them, or `*`",
    source="Azure/azure-cli#23499",
    code="SecurityRuleInvalidPortRange",
    message="Security rule has invalid Port range. Value provided: {value}. Value should be an integer OR integer "
    "range with '-' delimiter. Valid range 0-65535.",
)
ADDRESS_PREFIX = Refusal(
    says="A security rule names addresses in CIDR notation; whether a service tag exists is not checked",
    source="hashicorp/terraform-provider-azurerm#5617, ernestio/ernest#473; that tags are not checked is an "
    f"{OWN_CHOICE}",
    code="SecurityRuleInvalidAddressPrefix",
    message="Security rule {rule} has invalid Address prefix. Value provided: {value}",
)
IN_USE = Refusal(
    says="A network security group that a subnet or a network interface has is not deleted",
    source="hashicorp/terraform-provider-azurerm#1190",
    code="InUseNetworkSecurityGroupCannotBeDeleted",
    message="Network security group {group} cannot be deleted because it is in use by the following resources: "
    "{users}. In order to delete the Network security group, remove the association with the resource(s).",
)
DEFAULT_RULES = Rule(
    says="A network security group shows six default rules, of priority 65000 to 65500, and the subnets and interfaces "
    "that have it",
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
        taken: dict[tuple[str, int], str] = {}
        for each in (rules := read_named_objects(id, body, _RULES)):
            priority, direction = _place_of(each)
            if other := taken.get((direction, priority)):
                raise CONFLICT(rule=each["name"], other=other)
            taken[direction, priority] = each["name"]
            _check_traffic(f"{id.text}/{_RULES}/{each['name']}", properties(each))
        return {
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": properties(old)["resourceGuid"] if old else str(uuid.uuid4()),
                _RULES: [
                    complete_object(id, self.type, _RULES, each, {**properties(each), **_choices(each)})
                    for each in rules
                ],
                "defaultSecurityRules": [_default(id, *each) for each in _DEFAULTS],
            }
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        users = {
            name: [{"id": each.id} for each in found]
            for name, type in (("subnets", SUBNETS), ("networkInterfaces", NETWORK_INTERFACES))
            if (found := arm.store.referrers(id.key, type))
        }
        shown = show_etags(body, [_RULES, "defaultSecurityRules"])
        return {**shown, "properties": {**properties(shown), **users}}

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        users = [each.id for type in (SUBNETS, NETWORK_INTERFACES) for each in arm.store.referrers(id.key, type)]
        if users:
            raise IN_USE(group=id.text, users=", ".join(users))


def _choices(rule: Json) -> Json:
    """What a rule says with values of enumerations."""
    given = properties(rule)
    return {name: read_choice(given, name, values, default) for name, (values, default) in _CHOICES.items()}


def _place_of(rule: Json) -> tuple[int, str]:
    """The priority and the direction of a rule."""
    priority, direction = properties(rule).get("priority"), _choices(rule)["direction"]
    # The provider sends numbers as floats.
    if isinstance(priority, float) and priority.is_integer():
        priority = int(priority)
    if not isinstance(priority, int):
        raise CANNOT_PARSE()
    if not 100 <= priority <= 4096:
        raise PRIORITY(priority=priority, rule=rule["name"])
    return priority, direction


def _check_traffic(rule: str, given: Json) -> None:
    """Refuses ports and addresses that there are not."""
    for end in ("source", "destination"):
        for ports in _values(given, f"{end}PortRange", f"{end}PortRanges"):
            first, dash, last = ports.partition("-")
            bounds = [first, last] if dash else [first]
            if ports != "*" and not all(each.isascii() and each.isdigit() and int(each) <= 65535 for each in bounds):
                raise PORT_RANGE(value=ports)
        for addresses in _values(given, f"{end}AddressPrefix", f"{end}AddressPrefixes"):
            # A service tag has letters and no slash.
            if "/" in addresses or not any(each.isalpha() or each == "*" for each in addresses):
                try:
                    ipaddress.ip_network(addresses, strict=False)
                except ValueError:
                    raise ADDRESS_PREFIX(rule=rule, value=addresses) from None


def _values(given: Json, one: str, many: str) -> list[str]:
    return [str(each) for each in (given.get(one), *(given.get(many) or ())) if each]


def _default(id: ResourceId, name: str, priority: int, direction: str, access: str, source: str, target: str) -> Json:
    given: Json = {
        "protocol": "*",
        "sourcePortRange": "*",
        "destinationPortRange": "*",
        "sourceAddressPrefix": source,
        "destinationAddressPrefix": target,
        "access": access,
        "priority": priority,
        "direction": direction,
    }
    return complete_object(id, NETWORK_SECURITY_GROUPS, "defaultSecurityRules", {"name": name}, given)
