"""Connections that a stack did not create: what Azure answers about them through Pulumi."""

from __future__ import annotations

import pytest

from adx_private_link.cli.access.foreign_connections import read_connections
from adx_private_link.cli.errors import CommandError
from adx_private_link.cli.pulumi.state import Resource


def test_an_unexpected_answer_is_an_error_of_one_line() -> None:
    """Another version of the provider may answer in another form."""
    service = Resource(urn="urn", type="t", id="/services/pls", outputs={"privateEndpointConnections": [{"id": 1}]})
    with pytest.raises(CommandError) as raised:
        read_connections(service)
    assert "\n" not in raised.value.message
    assert raised.value.message.startswith("Azure, asked by Pulumi for /services/pls, gave an unexpected answer (")
