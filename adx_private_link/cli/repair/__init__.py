"""What an interrupted update leaves, and how its stack gets back to where `pulumi up` converges."""
