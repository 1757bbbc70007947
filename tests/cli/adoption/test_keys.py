"""Keys for networks and links of any name."""

from __future__ import annotations

from adx_private_link.cli.adoption.keys import free_key


def test_a_key_is_always_free() -> None:
    """Long names can have their first forty characters in common."""
    name = "a-network-with-a-name-of-more-than-forty-letters"
    taken: set[str] = set()
    for _ in range(20):
        key = free_key([name, f"{name}-subnet"], taken)
        assert len(key) <= 40
        assert key.lower() not in taken
        taken.add(key.lower())
