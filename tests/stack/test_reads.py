"""What a preview asks Azure for: each object once, however many consumers and clusters need to know of it."""

from __future__ import annotations

from collections import Counter

from azure_sandbox.azure import Trouble

from .conftest import Deployed
from .worlds import everybody


def test_a_preview_reads_every_object_once(deployed: Deployed) -> None:
    """Azure throttles whoever asks too much, and each look-up takes its time on a line to Azure."""
    stack = deployed(everybody())
    # From any trouble on, requests are remembered; this one does nothing.
    stack.home.azure.add_trouble(Trouble(kind="slow", on="*", seconds=0.0, times=None))
    previewed = stack.preview("--expect-no-changes")
    assert previewed.succeeded, previewed.output
    asked = Counter(stack.home.azure.calls())
    assert {each for each, times in asked.items() if times > 1} == set()
    kinds = Counter(each.rpartition("/")[0].rpartition("/")[2] for each in asked)
    assert kinds == {
        "clusters": 2,
        "loadbalancers": 6,  # those of the second cluster are internal: two names are tried for each
        "privatelinkservices": 4,
        "privateendpoints": 8,
        "networkinterfaces": 8,
        "virtualnetworks": 4,
        "virtualnetworklinks": 2,
        "resourcegroups": 2,
    }
