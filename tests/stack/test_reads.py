"""A preview reads each object from Azure once, however many consumers and clusters need it."""

from __future__ import annotations

from collections import Counter

from azure_sandbox.azure import Trouble

from .conftest import Deployed
from .worlds import two_by_two


def test_a_preview_reads_every_object_once(deployed: Deployed) -> None:
    """Azure throttles clients that send too many requests, and each look-up costs a round trip."""
    stack = deployed(two_by_two())
    # The sandbox records requests from the first trouble on; this one does nothing.
    stack.home.azure.add_trouble(Trouble(kind="slow", on="*", seconds=0.0, times=None))
    preview = stack.preview("--expect-no-changes")
    assert preview.succeeded, preview.output
    requests = Counter(stack.home.azure.calls())
    assert {request for request, count in requests.items() if count > 1} == set()
    kinds = Counter(request.rpartition("/")[0].rpartition("/")[2] for request in requests)
    assert kinds == {
        "clusters": 2,
        "loadbalancers": 6,  # Those of the second cluster are internal, so two names are tried for each.
        "privatelinkservices": 4,
        "privateendpoints": 8,
        "networkinterfaces": 8,
        "virtualnetworks": 4,
        "virtualnetworklinks": 2,
        "resourcegroups": 2,
    }
