"""The console script `azure-sandbox`."""

from adx_private_link.console_scripts import run


def main() -> None:
    """Run the command."""
    run("azure_sandbox.cli", "sandbox")


if __name__ == "__main__":
    main()
