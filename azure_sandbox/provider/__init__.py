"""The azure-native provider's side: the Pulumi protocol, and the provider's habits between engine and Azure."""
