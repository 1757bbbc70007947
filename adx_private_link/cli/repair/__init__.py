"""The repair of a stack after an interrupted update, so that `pulumi up` converges."""
