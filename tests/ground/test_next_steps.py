"""Next steps after Azure's errors: a missing right is named with the identity whose role has it."""

from __future__ import annotations

import pytest

from adx_private_link.next_steps import next_step
from azure_sandbox.azure.resource_types.storage_account_connections import DECIDED

_ANN = "The client 'ann' with object id 'ann'"
_NETWORK = "Microsoft.Network"


@pytest.mark.parametrize(
    ("error", "identities"),
    [
        pytest.param(
            f'Code="AuthorizationFailed" Message="{_ANN} does not have authorization to perform action '
            f"'{_NETWORK}/privateEndpoints/write' over scope '/subscriptions/s'\"",
            ["deploy-consumer"],
            id="a request",
        ),
        pytest.param(
            f'Code="AuthorizationFailed" Message="{_ANN} does not have authorization to perform action '
            "'microsoft.kusto/Clusters/READ' over scope '/subscriptions/s'\"",
            ["deploy-service", "migration", "lock-down"],
            id="in any case, of several",
        ),
        pytest.param(
            f'Code="LinkedAuthorizationFailed" Message="{_ANN} has permission to perform action '
            f"'{_NETWORK}/privateLinkServices/write' on scope '/subscriptions/s'; however, it does not have permission "
            f"to perform action(s) '{_NETWORK}/virtualNetworks/subnets/join/action' on the linked scope(s) 'x'\"",
            ["deploy-service"],
            id="a linked resource, of the identity that sent the request",
        ),
        pytest.param(
            'Code="LinkedAuthorizationFailed" Message="The client has permission to perform action '
            "'Microsoft.Kusto/clusters/privateEndpointConnectionsApproval/action' on scope '/subscriptions/s', however "
            "the current tenant 't' is not authorized to access linked subscription 's'.\"",
            ["deploy-consumer"],
            id="a linked subscription, whose message names no other action",
        ),
        pytest.param(
            f"Authorization failed for template resource 'a/b' of type 't'. {_ANN} does not have permission to perform "
            "action 'Microsoft.Kusto/clusters/privateEndpointConnections/write' at scope '/subscriptions/s'.",
            ["deploy-service"],
            id="a resource of a template",
        ),
    ],
)
def test_a_missing_right_has_identities(error: str, identities: list[str]) -> None:
    """Whoever reads the error asks somebody else for the right, and can print the role for them."""
    commands = " or ".join(f"`adx-private-link rights --for {identity}`" for identity in identities)
    assert next_step(error) == (
        f"grant the missing right to the identity that runs this ({commands} prints the role that has it), then run it "
        "again"
    )


@pytest.mark.parametrize("action", ["", "perform action 'Microsoft.Web/sites/write'"])
def test_a_right_that_no_role_has_names_no_identity(action: str) -> None:
    """A program of its own has other resources, too."""
    error = f'Code="AuthorizationFailed" Message="{_ANN} does not have authorization to {action}"'
    assert "(`adx-private-link rights` prints the roles)" in next_step(error)


def test_a_connection_that_is_decided_needs_no_correction() -> None:
    """An update that was killed while Azure approved sends the approval again, and a storage account rejects it."""
    step = next_step(str(DECIDED()))
    assert step.endswith("run `pulumi up` again, which leaves the connection as it is")
