"""The policy pack of adx-private-link, as a folder for Pulumi's own Python host."""

from adx_private_link.policies.pack import main

main()
