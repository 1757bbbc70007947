"""
A local Azure for trying and testing private access to Azure Data Explorer, strict where Azure is strict.

Two layers: `azure` keeps resources as the JSON that Azure's GET gives and applies Azure's rules; `provider`
speaks the Pulumi provider protocol to the engine with the habits of the azure-native provider. The library
`adx_private_link` never imports this package.
"""
