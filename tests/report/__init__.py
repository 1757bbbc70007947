"""What previews mean for people, and the pictures of stacks."""
