"""Inputs of the fuzzer: what people, tools and servers write, with the changes of careless or hostile hands."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

import dns.message
import dns.rcode
import dns.rrset
import yaml
from hypothesis import strategies as st

from tests.cli.outputs import ENGINE, PRIVATE, clusters, native_clusters
from tests.cli.projects import CLUSTER, RIGHT, SUBNET
from tests.cli.report.previews import GUEST, HUB, OWNER, UNKNOWN, ZONE, FakePreview
from tests.examples.repository import EXAMPLES, PROJECT
from tests.samples.building import hand_over
from tests.samples.random_natives import native_stacks
from tests.samples.random_stacks import peaceful_stacks, wild_stacks

Json = dict[str, Any]

# Unexpected values

ODD_TEXTS = [
    "",
    " ",
    "\0",
    "\x1b[31m",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "\N{BYTE ORDER MARK}",
    "Zürich",
    "\N{PILE OF POO}",
    "a\nb: c",
    "~",
    "null",
    "yes",
    "0x_",
    "1e999",
    "9" * 5000,
    "a" * 64,
    "a" * 300,
    "a" * 5000,
    ".".join("a" * 40),
    "-" * 40,
    "myadx,",
    "a/b",
    "../../etc/passwd",
    "/dev/zero",
    "/dev/null",
    "::",
    "$",
    "{0}",
    "{name}",
    "%s%n",
    "${x}",
    "<nil>",
    "<<",
    "*",
    "&a",
    "!!bool foo",
    "10.0.0.256",
    "::1",
    "0.0.0.0",
    "privatelink.own",
    "privatelink.a_b.c.d",
    "[[[[[[[[[[",
    '{"secure": "x"}',
    "[" * 300,
    '"\\ud800"',
    UNKNOWN,
    CLUSTER,
    SUBNET,
    CLUSTER + ",",
    CLUSTER[:-5] + "a" * 64,
    SUBNET.upper(),
    SUBNET.replace("analytics-vnet", "-"),
    OWNER,
    ENGINE,
    ZONE,
]
odd_texts = st.sampled_from(ODD_TEXTS) | st.text(max_size=30)
odd_numbers = st.sampled_from([0, -1, 1, 2**31, 2**63, 2**64, 10**400, 0.5, -0.0, 1e300, 1e16]) | st.integers()
odd_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | odd_numbers | odd_texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(odd_texts, inner, max_size=4),
    max_leaves=8,
) | st.sampled_from([1, 50, 150, 198]).map(lambda levels: json.loads("[" * levels + "]" * levels))


def _type_of(value: object) -> type[object]:
    # `type(value) is dict` would narrow a value that may be anything to a dictionary of unknown types.
    return type(value)


def _nodes(value: Any) -> list[tuple[Any, Any]]:
    """All containers in a value, with each of their keys or indices."""
    nodes: list[tuple[Any, Any]] = []
    pending: list[Any] = [value]
    while pending:
        node: Any = pending.pop()
        keys: list[Any] = [*node] if _type_of(node) is dict else [*range(len(node))] if _type_of(node) is list else []
        nodes += [(node, key) for key in keys]
        pending += [node[key] for key in keys]
    return nodes


@st.composite
def mutated(draw: st.DrawFn, values: st.SearchStrategy[Any], max_changes: int = 4) -> Any:
    """A value with some unexpected parts."""
    value = copy.deepcopy(draw(values))
    for _ in range(draw(st.integers(0, max_changes))):
        nodes = _nodes(value)
        if not nodes:
            return draw(odd_values)
        container, key = draw(st.sampled_from(nodes))
        match draw(st.sampled_from(["replace", "replace", "text", "remove", "rename", "repeat", "wrap"])):
            case "replace":
                container[key] = draw(odd_values)
            case "text" if isinstance(container[key], str) and container[key]:
                container[key] = draw(_mutated_text(container[key]))
            case "remove":
                del container[key]
            case "rename" if _type_of(container) is dict:
                container[draw(odd_texts)] = container.pop(key)
            case "repeat" if _type_of(container) is list:
                container.append(copy.deepcopy(container[key]))
            case _:
                container[key] = [container[key]]
    return value


@st.composite
def _mutated_text(draw: st.DrawFn, text: str) -> str:
    start = draw(st.integers(0, len(text) - 1))
    return text[:start] + draw(odd_texts) + text[start + draw(st.integers(0, 3)) :]


# Encodings

_ENCODINGS = st.sampled_from(["utf-8"] * 8 + ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1"])


@st.composite
def encoded(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> bytes:
    """Text in the encodings of tools, sometimes cut off, or with bytes that are not text."""
    content = draw(texts).encode(draw(_ENCODINGS), "replace")
    for _ in range(draw(st.sampled_from([0, 0, 0, 0, 1, 3]))):
        at = draw(st.integers(0, len(content)))
        match draw(st.sampled_from(["cut off", "put in", "flip"])):
            case "cut off":
                content = content[:at]
            case "put in":
                content = content[:at] + draw(st.binary(min_size=1, max_size=4)) + content[at:]
            case _:
                content = content[:at] + bytes(byte ^ 1 << draw(st.integers(0, 7)) for byte in content[at : at + 1])
    return content


def as_json(values: st.SearchStrategy[Any]) -> st.SearchStrategy[bytes]:
    """JSON, and text that tools take for JSON."""
    return encoded(st.builds(_dumped, values, st.booleans()))


def _dumped(value: Any, escape: Any) -> str:
    return json.dumps(value, ensure_ascii=escape)


# Stack files


@cache
def _examples() -> list[str]:
    files = [PROJECT / "Pulumi.dev.yaml", *sorted(EXAMPLES.rglob("Pulumi.*.yaml"))]
    return [RIGHT, *(file.read_text() for file in files)]


_FRAGMENTS = [
    "[",
    "{",
    "]",
    "}",
    ": ",
    "- ",
    "? ",
    "&a ",
    "*a",
    "<<: *a\n",
    "!!bool ",
    "!!int ",
    "!x ",
    "|\n",
    ">-\n",
    '"',
    "'",
    "#",
    "%TAG ! !\n",
    "---\n",
    "...\n",
    "\t",
    "\r\n",
    "  ",
    "[" * 500,
    "{" * 500,
    "- " * 500,
    "? " * 500,
    "[{" * 200,
    "a: " * 50,
    "\\",
    '"\\ud800"',
    '"\\x00"',
]


@st.composite
def _mutated_lines(draw: st.DrawFn) -> str:
    lines = draw(st.sampled_from(_examples())).splitlines(keepends=True)
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(lines) - 1))
        column = draw(st.integers(0, len(lines[at])))
        match draw(st.sampled_from(["put in", "put in", "text", "remove", "repeat", "swap", "indent", "cut off"])):
            case "put in":
                lines[at] = lines[at][:column] + draw(st.sampled_from(_FRAGMENTS)) + lines[at][column:]
            case "text":
                lines[at] = lines[at][:column] + draw(odd_texts) + lines[at][column:]
            case "remove" if len(lines) > 1:
                del lines[at]
            case "repeat":
                lines.insert(draw(st.integers(0, len(lines))), lines[at])
            case "swap":
                other = draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], lines[at]
            case "indent":
                lines[at] = "  " + lines[at]
            case _:
                lines[at] = lines[at][column:]
    return "".join(lines)


stack_texts = encoded(_mutated_lines())

_TAGS = ["null", "bool", "int", "float", "str", "timestamp", "binary", "set", "omap", "pairs", "map", "seq", "merge"]
_tags = st.sampled_from(
    [""] * 12 + [f"!!{tag} " for tag in _TAGS] + ["!own ", "! ", "!<x> ", "!!python/object/apply:os.system ", "!a!b "]
)
_anchors = st.sampled_from(["", "", "", "&a ", "&b ", "&c "])
_aliases = st.sampled_from(["*a", "*b", "*c"])
_plain = st.sampled_from(
    ["", "x", "yes", "~", "1", "0x_", "0o7", "1_000", "1e999", ".inf", ".nan", "2025-01-31", "12:30", "true", "9" * 400]
)
_KNOWN = ["config", "adx-private-link:clusters", "adx-private-link:consumers", "adx-private-link:hand_overs", "<<"]
_SETTINGS = ["id", "subnet_id", "dns", "ttl", "tags", "clusters", "roles", "endpoints", "services", "nat", "secure"]
_keys = st.sampled_from([*_KNOWN * 2, *_SETTINGS, "myadx", "analytics", "~", "1", "true", "? x", "[a]", "{a: b}", ""])


@st.composite
def _flow(draw: st.DrawFn, levels: int = 5) -> str:
    """YAML in braces, with tags, anchors, aliases and merged keys at valid and invalid places."""
    kind = draw(st.sampled_from(["scalar", "alias", "list", "mapping", "mapping", "mapping"])) if levels else "scalar"
    if kind == "alias":
        return draw(_aliases)
    head = draw(_anchors) + draw(_tags)
    if kind == "scalar":
        text = draw(_plain | odd_texts.map(json.dumps) | st.sampled_from([CLUSTER, SUBNET]))
        return head + text
    inner = _flow(levels - 1)
    if kind == "list":
        return f"{head}[{', '.join(draw(st.lists(inner, max_size=4)))}]"
    pairs = draw(st.lists(st.tuples(_keys, inner), max_size=4))
    return f"{head}{{{', '.join(f'{key}: {value}' for key, value in pairs)}}}"


@st.composite
def _bombs(draw: st.DrawFn) -> str:
    """A few lines that expand to many values."""
    levels, width = draw(st.integers(1, 40)), draw(st.integers(1, 12))
    kind = draw(st.sampled_from(["list", "merge", "merge several", "mapping"]))
    lines = ["a0: &a0 {k: v}"]
    for level in range(1, levels + 1):
        before = [f"*a{level - 1}"] * width
        match kind:
            case "list":
                value = f"[{', '.join(before)}]"
            case "merge":
                value = f"{{<<: {before[0]}, k{level}: {before[0]}}}"
            case "merge several":
                value = f"{{<<: [{', '.join(before)}], k{level}: v}}"
            case _:
                value = f"{{{', '.join(f'k{n}: {alias}' for n, alias in enumerate(before))}}}"
        lines.append(f"a{level}: &a{level} {value}")
    return "\n".join([*lines, f"config: {{adx-private-link:clusters: *a{levels}}}"])


@st.composite
def _yaml(draw: st.DrawFn) -> str:
    sections = draw(st.lists(st.tuples(_keys, _flow()), min_size=1, max_size=3))
    beginning = draw(st.sampled_from([""] * 6 + ["%YAML 1.1\n---\n", "---\n", "%TAG !! tag:x,2000:\n---\n"]))
    return f"{beginning}config:\n" + "".join(f"  {key}: {value}\n" for key, value in sections)


stack_yaml = encoded(_yaml() | _bombs())


@st.composite
def _settings(draw: st.DrawFn) -> str:
    values = draw(mutated((peaceful_stacks() | wild_stacks() | native_stacks()).map(lambda stack: stack.written)))
    sections: list[tuple[str, Any]] = [*values.items()] if type(values) is dict else [("clusters", values)]
    as_text = draw(st.sampled_from([False, False, False, True]))
    config = {f"adx-private-link:{key}": json.dumps(section) if as_text else section for key, section in sections}
    return json.dumps({"config": config}, ensure_ascii=draw(st.booleans()))


settings = encoded(_settings())

_PROJECTS: list[Any] = [
    {"name": "access", "runtime": "python"},
    {"name": "adx-private-link", "runtime": "python", "stackConfigDir": "stacks", "main": "program"},
    {"name": "x", "config": "stacks"},
    {"name": "x", "config": {"adx-private-link:clusters": {"value": {"myadx": {"id": CLUSTER}}}, "x": {"default": 1}}},
]
projects = as_json(mutated(st.sampled_from(_PROJECTS)))

# Answers of `pulumi config --json` and of `az rest`

configurations = as_json(
    mutated(
        st.just(
            {
                "adx-private-link:clusters": {"objectValue": {"myadx": {"id": CLUSTER}}, "value": "{}"},
                "adx-private-link:consumers": {"value": '{"analytics": {"subnet_id": "x"}}', "secret": False},
            }
        )
    )
)


@cache
def _azure() -> list[Any]:
    """The resources in the world of an example, alone and in lists."""
    resources = yaml.safe_load((EXAMPLES / "from_the_portal" / "world.yaml").read_text())["resources"]
    return [*resources, {"value": resources}, {"value": [], "nextLink": "x"}]


azure_answers = st.lists(as_json(mutated(st.deferred(lambda: st.sampled_from(_azure())))), min_size=1, max_size=8)

# Other files

hand_overs = as_json(
    mutated(st.sampled_from([hand_over("theirs"), {"theirs": hand_over("theirs"), "x": hand_over("x")}]))
)
outputs = as_json(
    mutated(
        st.sampled_from(
            [
                clusters(),
                clusters(partner={"engine": {"id": "x", "connection_state": "Pending", "hosts": {}}}),
                {**clusters(), "second": clusters()["myadx"]},
                native_clusters(),
            ]
        )
    )
)


@cache
def _previews() -> list[Json]:
    changed = FakePreview()
    cluster, services = changed.cluster()
    changed.service(services, {}, {"visibility": ["*"]})
    consumer = changed.consumer(parent=cluster)
    changed.endpoint(consumer, {"subnet": {"id": "s"}}, {"subnet": {"id": "t"}}, replace=True)
    changed.approval(consumer, ["c"], ["d"], "analytics")
    changed.zone(before=False)
    changed.record(consumer, "10.3.0.9", None)
    changed.link("analytics-vnet", "Default", "NxDomainRedirect", (HUB, HUB))
    changed.say("something")
    return [json.loads(preview.content) for preview in (FakePreview(), changed)]


previews = as_json(mutated(st.deferred(lambda: st.sampled_from(_previews()))))

_URN = "urn:pulumi:prod::access::"
_COMPONENT = f"{_URN}adxPrivateLink:index:AdxPrivateLink::myadx"
_PROVIDER = f"{_URN}pulumi:providers:azure-native::{GUEST}"
_ENDPOINT: Json = {
    "urn": f"{_URN}adxPrivateLink:index:AdxPrivateLink$azure-native:network:PrivateEndpoint::myadx.analytics.engine",
    "type": "azure-native:network:PrivateEndpoint",
    "custom": True,
    "inputs": {"resourceGroupName": "red", "privateEndpointName": "pe", "subnet": {"id": SUBNET}, "tags": {}},
    "outputs": {"provisioningState": "Succeeded"},
    "parent": _COMPONENT,
    "provider": f"{_PROVIDER}::1",
    "dependencies": [_COMPONENT],
}
_DEPLOYMENT: Json = {
    "manifest": {"time": "2026-01-01T00:00:00Z"},
    "resources": [
        {"urn": _PROVIDER, "type": "pulumi:providers:azure-native", "inputs": {"subscriptionId": GUEST}},
        {"urn": _COMPONENT, "type": "adxPrivateLink:index:AdxPrivateLink"},
        {
            **_ENDPOINT,
            "id": f"/subscriptions/{GUEST}/resourceGroups/red/providers/Microsoft.Network/privateEndpoints/pe",
        },
    ],
    "pending_operations": [{"type": "creating", "resource": _ENDPOINT}],
}
states = as_json(mutated(st.just({"version": 3, "deployment": _DEPLOYMENT})))
backups = as_json(mutated(st.just({"version": 3, "checkpoint": {"stack": "prod", "latest": _DEPLOYMENT}})))
locks = as_json(mutated(st.just({"pid": 1, "username": "me", "hostname": "here", "timestamp": "now"})))

# Servers

_records = st.lists(
    st.tuples(
        st.sampled_from([ENGINE, PRIVATE, "x.invalid", "."]),
        st.sampled_from(
            ["A 10.3.0.9", "A 40.1.2.3", f"CNAME {PRIVATE}.", f"CNAME {ENGINE}.", "CNAME x.invalid.", "TXT x"]
        ),
    ),
    max_size=4,
)


@st.composite
def _dns_answers(draw: st.DrawFn) -> bytes:
    """A damaged answer, mostly to the id and the question that were sent."""
    question = dns.message.make_query(ENGINE, "A", id=0)
    answer = dns.message.make_response(question, recursion_available=True)
    answer.set_rcode(dns.rcode.Rcode(draw(st.sampled_from([0, 0, 0, 2, 3, 5, 9]))))
    for name, record in draw(_records):
        kind, _, value = record.partition(" ")
        answer.answer.append(
            dns.rrset.from_text(f"{name.rstrip('.')}.", draw(st.integers(0, 2**31 - 1)), "IN", kind, value)
        )
    answer.flags ^= draw(st.sampled_from([0] * 6 + [1 << 9, 1 << 15, 1 << 11]))
    content = answer.to_wire()[2:]
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(content)))
        content = content[:at] + draw(st.binary(max_size=4)) + content[at + draw(st.integers(0, 4)) :]
    return content


dns_answers = st.lists(_dns_answers() | st.binary(max_size=60), max_size=3)
"""The content of datagrams after the id."""

_HTTP = [
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    b"HTTP/1.1 999 \xff\r\n",
    b"HTTP/1.0 302 Found\r\nLocation: http://x\r\n",
    b"HTTP/1.1 204 No Content\r\n",
    b"HTTP/2 200\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Length: -1\r\n",
    b"Content-Length: 99999999999999999999\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Encoding: gzip\r\n",
    b"Content-Encoding: br\r\n",
    b"X: " + b"y" * 70_000 + b"\r\n",
    b": \r\n",
    b"\0: \r\n",
    b"X\r\n y\r\n",
    b"\r\n",
    b"\r\n",
    b"Pong! IP address: '10.1.0.4'",
    b"5\r\nPong!\r\n0\r\n\r\n",
    b"ffffffffffffffffff\r\n",
    b"\x1f\x8b\x08",
    b"\xff" * 2000,
]
http_answers = st.lists(st.sampled_from(_HTTP) | st.binary(max_size=20), max_size=8)
"""The pieces of answers."""
