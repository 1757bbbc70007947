"""The azure-native provider: the Pulumi provider protocol, and what the provider does between the engine and Azure."""
