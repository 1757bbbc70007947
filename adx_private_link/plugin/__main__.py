"""The console script `pulumi-resource-adx-private-link`: a provider that Pulumi starts."""

from __future__ import annotations

import sys


def main() -> None:
    """Serve the package until the engine ends it."""
    from .server import serve

    serve(sys.argv[1:])


if __name__ == "__main__":
    main()
