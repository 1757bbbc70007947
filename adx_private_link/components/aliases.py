"""Aliases of azure-native for stacks that are older than this library: children drop them."""

from __future__ import annotations

import re

import pulumi

_VERSIONED = re.compile(r"^azure-native:\w+/v\d{8}\w*:")


def without_versioned_aliases(opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """
    Return options of a component whose children drop their aliases for old API versions.

    Each resource has 7 to 45 of them, the SDK computes a URN for every one, and no child of this library was ever
    created under such a type. Aliases without a version stay: they stand for types that moved to another module.
    """
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(transformations=[_drop_versioned]))


def _drop_versioned(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
    aliases = args.opts.aliases
    if not isinstance(aliases, list):
        return None
    args.opts.aliases = [alias for alias in aliases if not _is_versioned(alias)]
    return pulumi.ResourceTransformationResult(args.props, args.opts)


def _is_versioned(alias: object) -> bool:
    return isinstance(alias, pulumi.Alias) and isinstance(alias.type_, str) and bool(_VERSIONED.match(alias.type_))
