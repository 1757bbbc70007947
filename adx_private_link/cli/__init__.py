"""The `adx-private-link` command: what people run beside `pulumi`."""

import click

from .access import access
from .adopt import adopt
from .release import release
from .repair import repair


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="adx-private-link")
def main() -> None:
    """Private access to Azure Data Explorer: look at what a stack has deployed, and mend it."""


main.add_command(access)
main.add_command(adopt)
main.add_command(release)
main.add_command(repair)
