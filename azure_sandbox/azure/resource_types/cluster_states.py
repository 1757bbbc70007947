"""States of Kusto clusters, and what they forbid."""

from __future__ import annotations

from ...rules import OWN_CHOICE, Rule
from ..bodies import Json, properties, read_choice
from ..errors import Rejection
from ..patch_operations import NOT_TERMINAL, running_operation
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager

NOT_RUNNING = Rejection(
    says="Before a stopped cluster runs again, it cannot be changed, no endpoint connects to it, and no owner decides "
    "on its connections. Connections and endpoints can be deleted, and their addresses and records stay",
    source=f"{OWN_CHOICE}, after the answer to a list of databases in Azure/azure-service-operator#4933",
    code="BadRequest",
    message="Cannot {action} while resource is in state '{state}'.",
)
STATES_OF_WORLDS = Rule(
    says="A world file can have a cluster in any state (`properties: {state: Stopped}`). Requests of clients do not "
    "change the state",
    source=f"{OWN_CHOICE} for world files; Azure/azure-rest-api-specs, specification/azure-kusto (the states; "
    "read-only)",
)
NEW = Rule(
    says="A cluster that is being created shows no URIs, lists and tags, and the location as requested",
    source="Azure/azure-cli-extensions, src/kusto/azext_kusto/tests/latest/recordings/test_kusto_Scenario.yaml (the "
    f"answer to the PUT); that a GET answers the same is an {OWN_CHOICE}",
)

CREATING, RUNNING, STOPPED = "Creating", "Running", "Stopped"
_STATES = (
    *(CREATING, "Unavailable", RUNNING, "Deleting", "Deleted", "Stopping", STOPPED, "Starting", "Updating", "Migrated"),
)


def read_state(arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> str:
    """The state of a cluster after a PUT."""
    if running_operation(arm.store, id.key):
        raise NOT_TERMINAL(id=id.text)
    state = properties(old)["state"] if old else RUNNING
    if arm.caller is None:
        return read_choice(properties(body), "state", _STATES, state)
    if old:
        require_running(arm, id, "update resource")
    return state


def require_running(arm: ResourceManager, cluster: ResourceId, action: str) -> None:
    """Reject a client's change of a cluster, or of what is below it, unless the cluster runs."""
    stored = arm.store.get(cluster.key)
    if stored is None or arm.caller is None:
        return
    match properties(stored.body)["state"]:
        case "Running":
            pass
        case "Creating":
            raise NOT_TERMINAL(id=stored.id)
        case state:
            raise NOT_RUNNING(action=action, state=state)


def describe_new(body: Json) -> Json:
    """A cluster that is being created, as a GET shows it."""
    shown = {name: value for name, value in properties(body).items() if isinstance(value, bool | str)}
    hidden = ("uri", "dataIngestionUri", "stateReason", "zoneStatus")
    return {
        **{name: value for name, value in body.items() if name != "tags"},
        "etag": '""',
        "properties": {
            **{name: value for name, value in shown.items() if name not in hidden},
            "provisioningState": CREATING,
        },
    }
