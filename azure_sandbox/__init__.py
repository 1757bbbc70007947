"""
A local Azure to try and test private access to Azure Data Explorer, strict where Azure is strict.

- `azure` keeps resources as the JSON that Azure's GET answers, and applies Azure's rules.
- `provider` speaks the Pulumi provider protocol to the engine, and behaves as the azure-native provider does.
- `testing` runs Pulumi programs in a sandbox; the fixture `azure_sandbox` gives a test one.
- `cli` is the command `azure-sandbox`; `az_stand_in` stands in for `az` inside a sandbox, with
  `az_requests` (`az rest`) and `az_kusto`.

The library `adx_private_link` never imports this package.
"""
