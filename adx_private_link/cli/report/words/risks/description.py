"""Risks in English: one sentence each, and the parts that many sentences share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import singledispatch

from ...plan import CLUSTER
from ...planned import Reason
from ...risks.records import Answers, Risk
from ..names import code_list, few_hosts

PUBLIC = "the public address"
UNLESS = ", unless another DNS answers"
REJECTED = "A cluster whose public access is disabled rejects clients at the public address."


@dataclass(frozen=True)
class Description:
    """A risk in English."""

    subject: str
    """What it is about: a cluster, a service, an endpoint, a zone, a network."""
    message: str
    """The rest of a sentence that begins with the subject."""
    headline: str = ""
    """The same in a few words, where no consumer's access says it."""


@singledispatch
def describe(risk: Risk) -> Description:
    """Describe a risk in English."""
    raise NotImplementedError(risk.kind)  # each record of a risk registers its description below


def answers_in_words(answers: Answers, hosts: Sequence[str] = ()) -> str:
    """The answers of networks to names that their zone lacks."""
    what = for_hosts(hosts)
    if not answers.public and not answers.none:
        return f"{PUBLIC} or no answer{what}, depending on the links of the zone"
    elsewhere = "" if answers.is_complete else ", or no answer in zones that others have linked"
    if not answers.none:
        return f"{PUBLIC}{what}{elsewhere}"
    public = f"{PUBLIC} (no answer in {code_list(answers.none)})" if answers.public else "no answer"
    return f"{public}{what}{elsewhere}"


def keeps_old_address(seconds: float | None) -> Iterator[str]:
    """Say for how long clients may keep an address, where that is known."""
    if seconds is not None:
        yield f"Clients may keep the old address for {seconds:.0f} s."


def for_hosts(hosts: Sequence[str]) -> str:
    """Name hosts at the end of a clause; an empty text without any."""
    return f" for {few_hosts(hosts)}" if hosts else ""


def because_of(words: Iterable[str]) -> str:
    """Name reasons at the end of a clause; an empty text without any."""
    joined = " and ".join(dict.fromkeys(words))
    return f", because {joined}" if joined else ""


def from_old_to_new(reason: Reason) -> str:
    """The change of an id, from where it differs: `` from `red/subnets/clients` to `blue/subnets/clients` ``."""
    if reason.old is None or reason.new is None:
        return ""
    parts = [id.split("/") for id in (reason.old, reason.new)]
    folded = [[part.lower() for part in id] for id in parts]
    if folded[0] == folded[1]:
        return f" its spelling from `{reason.old}` to `{reason.new}`"
    start = next((n for n, (a, b) in enumerate(zip(*folded, strict=False)) if a != b), min(map(len, parts)))
    before, after = ("/".join(id[start:]) or id[-1] for id in parts)
    return f" from `{before}` to `{after}`"


def parts_of(targets: Sequence[str]) -> str:
    """What endpoints connect to: roles of a cluster, or all of them."""
    return "all roles" if CLUSTER in targets else " and ".join(targets)


def owner_of(targets: Sequence[str]) -> str:
    """The owner who approves the connections to targets, in words."""
    return "the cluster's owner" if CLUSTER in targets else "the service's owner"


def consumer_of(consumer: str, cluster: str) -> str:
    """A consumer as the subject of a sentence."""
    return f"Consumer {consumer} of {cluster}"
