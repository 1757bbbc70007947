"""What a stack, or a program, may say. Plain values, checked on their own; nothing here asks Azure."""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Callable, Mapping
from typing import Annotated, Literal, TypeVar, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    ValidationError,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from .problems import Problem, SettingsError
from .resource_ids import ClusterId, LoadBalancerId, NetworkId, ResourceId, SubnetId

Role = Literal["engine", "ingestion"]
"""The two services of a cluster: queries go to the engine, ingestion to its data management service."""

ROLES: tuple[Role, ...] = ("engine", "ingestion")

_Value = TypeVar("_Value")

Approval = Literal["approve", "auto", "resource_id"]
ResolutionPolicy = Literal["NxDomainRedirect", "Default"]


def _matching(pattern: str, what: str, remedy: str) -> Callable[[str], str]:
    """A check of a string, with an error that says what to write instead of showing the pattern."""
    compiled = re.compile(pattern, re.ASCII)

    def check(given: str) -> str:
        if not compiled.fullmatch(given):
            raise PydanticCustomError("name", "is not {what}", {"what": what, "remedy": remedy})
        return given

    return check


_resource_name = _matching(
    r"[A-Za-z0-9]|[A-Za-z0-9][\w.-]{0,78}\w",
    "a name that Azure takes",
    "write 1 to 80 letters, digits, `.`, `-` or `_`, with a letter or digit first and no `.` or `-` last",
)


def _load_balancer(given: object) -> LoadBalancerId | str:
    """A name or an id: which of the two is meant is plain, so there is one error, not two."""
    if isinstance(given, LoadBalancerId):
        return given
    return LoadBalancerId.parse(given) if not isinstance(given, str) or "/" in given else _resource_name(given)


def _distinct(given: dict[str, _Value]) -> dict[str, _Value]:
    """Keys become names in Azure, which knows no case."""
    spellings: dict[str, str] = {}
    for key in given:
        if (first := spellings.setdefault(key.lower(), key)) != key:
            raise PydanticCustomError(
                "distinct",
                "has keys that differ in case only: {first}, {second}",
                {"first": first, "second": key, "remedy": "rename one of them"},
            )
    return given


Key = Annotated[
    str,
    AfterValidator(
        _matching(
            r"[A-Za-z0-9]([\w-]{0,38}[A-Za-z0-9])?",
            "a key",
            "write 1 to 40 letters, digits, `-` or `_`, with a letter or digit at both ends",
        )
    ),
]
"""Names one object of the settings for good: Pulumi's and Azure's names are made from it."""

Keyed = Annotated[dict[Key, _Value], AfterValidator(_distinct)]
"""Objects by key."""

SubscriptionId = Annotated[
    str,
    StringConstraints(to_lower=True),
    AfterValidator(
        _matching(
            r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
            "a subscription id",
            "write a GUID such as 11111111-1111-1111-1111-111111111111 (`az account show --query id`)",
        )
    ),
]
ResourceGroupName = Annotated[
    str,
    AfterValidator(
        _matching(
            r"[-\w._()]{1,89}[-\w_()]|[-\w_()]",
            "the name of a resource group",
            "write 1 to 90 letters, digits, `-`, `_`, `.`, `(` or `)`, without a `.` at the end",
        )
    ),
]
ResourceName = Annotated[str, AfterValidator(_resource_name)]
"""Private link services, private endpoints, virtual network links (azurerm `validate/private_link_name.go`)."""

LoadBalancer = Annotated[LoadBalancerId | str, PlainValidator(_load_balancer, json_schema_input_type=str)]

ZoneName = Annotated[
    str,
    StringConstraints(to_lower=True),
    AfterValidator(
        _matching(
            r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63}){1,33}",
            "the name of a DNS zone",
            "write 2 to 34 labels, such as privatelink.westus.kusto.windows.net",
        )
    ),
]

Tags = dict[str, str]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ServiceSettings(_Settings):
    """One role's private link service. Everything is derived unless it is said here."""

    name: ResourceName | None = Field(
        default=None,
        description="Name of the private link service. Default: `pls-{cluster key}-{role}`. A change replaces it.",
    )
    load_balancer: LoadBalancer | None = Field(
        default=None,
        description="The load balancer, by name (in the cluster's resource group) or by id. Default: "
        "`kucompute-{cluster}-elb` for the engine, `kudatamgmt-{cluster}-elb` for ingestion, `-ilb` where there is no "
        "`-elb`. A change replaces the service.",
    )
    frontend: str | None = Field(
        default=None,
        description="Name of the load balancer's frontend. Default: the one that has the cluster's public address. "
        "A change replaces the service.",
    )


class NatSettings(_Settings):
    """The addresses from which consumers' traffic reaches the cluster."""

    subnet_id: SubnetId | None = Field(
        default=None,
        description="Subnet of the NAT addresses. Default: the cluster's own subnet. A change replaces the services.",
    )
    addresses: int = Field(
        default=1,
        strict=True,
        ge=1,
        le=8,
        description="How many NAT addresses each service has, 1 to 8. Azure does not let them be removed.",
    )


class ClusterSettings(_Settings):
    """One cluster that is injected in a virtual network, published through private link services."""

    id: ClusterId = Field(description="Resource id of the cluster.")
    resource_group: ResourceGroupName | None = Field(
        default=None,
        description="Resource group of the private link services. Default: the cluster's. A change replaces them.",
    )
    nat: NatSettings = Field(default=NatSettings(), description="NAT subnet and addresses.")
    services: dict[Role, ServiceSettings] = Field(
        default_factory=dict[Role, ServiceSettings], description="Overrides by role: engine, ingestion."
    )
    visibility: list[SubscriptionId] | None = Field(
        default=None,
        max_length=100,
        description="Subscriptions that may ask for a connection. Default: exactly those of the consumers.",
    )
    auto_approval: list[SubscriptionId] | None = Field(
        default=None,
        max_length=100,
        description="Subscriptions whose connections Azure approves by itself. Default: those of consumers with "
        "`approval: auto`.",
    )
    zone: ZoneName | None = Field(
        default=None,
        description="Private DNS zone of the cluster. Default: `privatelink.` before the domain of its host names.",
    )
    tags: Tags = Field(default_factory=dict[str, str], description="Tags of the private link services.")


class LinkSettings(_Settings):
    """One virtual network that sees the zone."""

    network_id: NetworkId | None = Field(
        default=None, description="The virtual network. Default: the consumer's own. A change replaces the link."
    )
    resolution_policy: ResolutionPolicy = Field(
        default="NxDomainRedirect",
        description="`NxDomainRedirect`: names that the zone lacks get their public answer. `Default`: they get none.",
    )
    name: ResourceName | None = Field(
        default=None,
        description="Name of the virtual network link. Default: `{consumer key}-{link key}`. A change replaces it.",
    )


class DnsSettings(_Settings):
    """The private DNS zone in which a consumer's clients find the cluster."""

    resource_group: ResourceGroupName = Field(description="Resource group of the zone.")
    subscription: SubscriptionId | None = Field(
        default=None, description="Subscription of the zone. Default: the consumer's."
    )
    links: Keyed[LinkSettings] = Field(
        default_factory=lambda: {"own": LinkSettings()},
        description="Networks that see the zone, by key. Default: `own`, the consumer's own network; who writes others "
        "repeats `own: {}` to keep it.",
    )
    ttl: int = Field(
        default=300, strict=True, ge=1, le=2147483647, description="Seconds that clients may keep an address."
    )


class ConsumerSettings(_Settings):
    """A network that wants private access."""

    subnet_id: SubnetId = Field(description="Subnet of the private endpoints. A change replaces them.")
    resource_group: ResourceGroupName | None = Field(
        default=None,
        description="Resource group of the private endpoints. Default: the network's. A change replaces them.",
    )
    clusters: list[Key] | None = Field(
        default=None, description="Keys of the clusters to connect to. Default: all of the stack."
    )
    approval: Approval = Field(
        default="approve",
        description="`approve`: this program approves exactly its own connections. `auto`: the services trust the "
        "consumer's whole subscription. `resource_id`: connect by id, where Azure lets the caller approve; changing "
        "to or from it replaces the endpoints.",
    )
    request_message: Annotated[str, StringConstraints(max_length=140)] = Field(
        default="Private access to Azure Data Explorer",
        description="What the service's owner reads beside the connection, 140 characters.",
    )
    names: dict[Key, dict[Role, ResourceName]] = Field(
        default_factory=dict[str, dict[Role, str]],
        description="Names of private endpoints by cluster key and role. Default: `pe-{cluster}-{role}-{consumer}`.",
    )
    dns: DnsSettings = Field(description="Where the clients find the cluster's names.")
    tags: Tags = Field(default_factory=dict[str, str], description="Tags of the private endpoints.")

    @property
    def zone_subscription(self) -> str:
        """Where its private DNS zone lies."""
        return self.dns.subscription or self.subnet_id.subscription

    def connects_to(self, cluster: str) -> bool:
        """Whether it wants access to the cluster of a key."""
        return self.clusters is None or cluster in self.clusters


class Settings(_Settings):
    """A whole stack: clusters, and the networks that reach them."""

    clusters: Keyed[ClusterSettings] = Field(min_length=1, description="The clusters, by a key of your choice.")
    consumers: Keyed[ConsumerSettings] = Field(
        description="The networks that want private access, by a key of your choice; `{}` for services alone."
    )

    def consumers_of(self, cluster: str) -> dict[str, ConsumerSettings]:
        """Those consumers that connect to a cluster."""
        return {key: each for key, each in self.consumers.items() if each.connects_to(cluster)}

    def alone(self, cluster: str) -> Settings:
        """The settings of one cluster: what other clusters its consumers name is not its concern."""
        consumers = {
            key: each.model_copy(
                update={"clusters": None, "names": {name: of for name, of in each.names.items() if name == cluster}}
            )
            for key, each in self.consumers_of(cluster).items()
        }
        return Settings.model_construct(clusters={cluster: self.clusters[cluster]}, consumers=consumers)

    @property
    def resource_groups(self) -> list[tuple[str, str, str]]:
        """The resource groups that are named: (path of the setting, subscription, name)."""
        return [
            *(
                (f"clusters.{key}.resource_group", each.id.subscription, each.resource_group)
                for key, each in self.clusters.items()
                if each.resource_group
            ),
            *(
                (f"consumers.{key}.resource_group", each.subnet_id.subscription, each.resource_group)
                for key, each in self.consumers.items()
                if each.resource_group
            ),
            *(
                (f"consumers.{key}.dns.resource_group", each.zone_subscription, each.dns.resource_group)
                for key, each in self.consumers.items()
            ),
        ]

    @property
    def subscriptions(self) -> list[str]:
        """Every subscription in which something is made or read."""
        found = {each.id.subscription for each in self.clusters.values()}
        for cluster in self.clusters.values():
            balancers = [each.load_balancer for each in cluster.services.values()]
            found |= {each.subscription for each in [cluster.nat.subnet_id, *balancers] if isinstance(each, ResourceId)}
        for consumer in self.consumers.values():
            found |= {consumer.subnet_id.subscription, consumer.zone_subscription}
        return sorted(found)


def parse(given: Mapping[str, object], prefix: str = "") -> Settings:
    """Check settings. Raises `SettingsError` with every problem at once; paths in it begin with `prefix`."""
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        raise SettingsError([_problem(each, prefix) for each in error.errors()]) from None


def _problem(error: ErrorDetails, prefix: str) -> Problem:
    location = list(error["loc"])
    if location[-1] == "[key]" and error["type"] != "extra_forbidden":
        location.pop()  # pydantic's own word for a key that is wrong itself
    path = prefix + ".".join(str(each) for each in location)
    context = error.get("ctx", {})
    # A whole section would bury what is wrong with it.
    value = None if isinstance(error["input"], dict) else error["input"]
    match error["type"]:
        case "extra_forbidden":
            return _unknown_setting(path, location)
        case "missing":
            return Problem(path, "is missing", f"write it: {_description(location)}")
        case "dict_type" | "model_type":
            known = ", ".join(_fields(_type_at(location)))
            remedy = f"write its settings below it, each indented: {known or _description(location)}"
            return Problem(path, "is not a mapping", remedy, value)
        case _ if "remedy" in context:
            return Problem(path, error["msg"], str(context["remedy"]), value)
        case _:
            message = error["msg"][0].lower() + error["msg"][1:]
            return Problem(path, f"is wrong: {message}", _description(location), value)


def _unknown_setting(path: str, location: list[int | str]) -> Problem:
    known = sorted(_fields(_type_at(location[:-1])))
    near = difflib.get_close_matches(str(location[-1]), known, n=1)
    meant = f"did you mean `{near[0]}`? " if near else ""
    return Problem(path, "is not a setting", f"{meant}Known here: {', '.join(known)}")


def _description(location: list[int | str]) -> str:
    """What the innermost setting of a path says of itself."""
    for length in range(len(location), 0, -1):
        field = _fields(_type_at(location[: length - 1])).get(str(location[length - 1]))
        if field is not None and field.description:
            return field.description
    return "see the settings in the README"


def _type_at(location: list[int | str]) -> object:
    """The type of what a path leads to."""
    found: object = Settings
    for part in location:
        fields = _fields(found)
        field = fields.get(str(part))
        # Within a list or a mapping, the path goes on with the type of its items.
        found = _plain(field.annotation if field else (get_args(found) or (None,))[-1])
    return found


def _fields(model: object) -> dict[str, FieldInfo]:
    return model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else {}


def _plain(annotation: object) -> object:
    """`X | None` and `Annotated[X, …]` -> X."""
    if get_origin(annotation) in (Union, types.UnionType):
        return _plain(next(each for each in get_args(annotation) if each is not type(None)))
    return _plain(get_args(annotation)[0]) if get_origin(annotation) is Annotated else annotation
