"""Azure's resource types: one file a type, named like the type, with the rules that Azure keeps for it."""
