"""The console script `adx-private-link`."""

from .console_scripts import run


def main() -> None:
    """Run the command."""
    run("adx_private_link.cli", "cli")


if __name__ == "__main__":
    main()
