"""What is wrong with stack files, found without Pulumi and Azure."""
