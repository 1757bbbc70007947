"""The legend of a picture: what its arrows and its marks mean."""

from __future__ import annotations

from .model import KINDS, MARKS, Arrow, Kind, Node, Picture

TITLE = "legend"
SENTENCE = (
    "A virtual network link resolves names in a private DNS zone, which has the address of a private "
    "endpoint, which connects with an approval to a private link service in front of a cluster."
)
"""The legend for readers of Markdown, which have no room for it in the picture."""
_OF_NATIVE = (
    "The approval of a native cluster leads to the cluster itself. For a zone group, Azure writes the names of the "
    "cluster and of its storage accounts into the zones."
)

_OF_MANAGED = "Through a managed private endpoint, a cluster itself reads from a source of data."

_LABELS: dict[tuple[Kind, Kind], str] = {
    ("virtual network link", "private DNS zone"): "resolves names in",
    ("private DNS zone", "private endpoint"): "has the address of",
    ("private DNS zone", "zone group"): "is written for",
    ("zone group", "private endpoint"): "has the addresses of",
    ("private endpoint", "approval"): "connects with",
    ("external consumer", "approval"): "connects with",
    ("approval", "private link service"): "to",
    ("private link service", "cluster"): "in front of",
    ("approval", "cluster"): "to",
    ("cluster", "managed private endpoint"): "reads through",
    ("managed private endpoint", "source of data"): "to",
}


def legend(picture: Picture) -> tuple[tuple[Node, ...], tuple[Arrow, ...]]:
    """Explain a picture: a node for each kind that occurs and for each mark, and labelled arrows between kinds."""
    kinds = {node.kind for node in picture.nodes}
    marks = {mark for node in picture.nodes for mark in node.marks.values()}
    ids: dict[Kind, str] = {kind: f"legend{number}" for number, kind in enumerate(KINDS) if kind in kinds}
    nodes = [Node(id, kind, "") for kind, id in ids.items()]
    nodes += [
        Node(f"legend_{mark}", "private endpoint", "", marks={"by this update": mark})
        for mark in MARKS
        if mark in marks and mark != "same"
    ]
    drawn = _pairs(picture)
    arrows = [
        Arrow(ids[source], ids[target], label)
        for (source, target), label in _LABELS.items()
        if (source, target) in drawn
    ]
    return tuple(nodes), tuple(arrows)


def sentence(picture: Picture) -> str:
    """Explain a picture in words."""
    pairs = _pairs(picture)
    more = [
        *([_OF_NATIVE] if ("approval", "cluster") in pairs else []),
        *([_OF_MANAGED] if ("cluster", "managed private endpoint") in pairs else []),
    ]
    return " ".join([SENTENCE, *more])


def _pairs(picture: Picture) -> set[tuple[Kind, Kind]]:
    """The kinds between which a picture has arrows."""
    kinds: dict[str, Kind] = {node.id: node.kind for node in picture.nodes}
    return {(kinds[arrow.source], kinds[arrow.target]) for arrow in picture.arrows}
