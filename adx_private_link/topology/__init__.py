"""
The typed resource graph as a plain value: `topology(settings, facts)`.

Every name is made here and every conflict found here, before anything is registered. Components only turn these
records into resources. It needs no engine and no Azure, so that it can be tested by the thousand, drawn and checked.
"""

from .graph import topology, try_topology

__all__ = ["topology", "try_topology"]
