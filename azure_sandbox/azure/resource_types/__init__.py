"""
Azure's resource types: one file a type, named like the type, with the rules that Azure keeps for it.

A new type is a file here and a line in `known_types`. What several types share is one level up; `connections` is shared
by the types of connections, and `private_endpoint_targets` belongs to private endpoints.
"""
