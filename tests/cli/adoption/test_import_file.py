"""Pulumi's import file names the objects that exist, with the state that they will have."""

from __future__ import annotations

from adx_private_link.cli.adoption.import_file import ImportFile

from .resources import SERVICE, resource


def test_existing_objects_are_imported_with_components_and_providers() -> None:
    """Pulumi creates components and providers itself; the secrets of a provider stay as Pulumi encrypted them."""
    provider = {"type": "pulumi:providers:azure-native", "name": "p", "inputs": {"clientSecret": {"ciphertext": "x"}}}
    component = {"type": "adxPrivateLink:index:AdxPrivateLink", "name": "c", "component": True}
    service = {"type": SERVICE, "name": "one", "id": "<PLACEHOLDER>", "parent": "c", "provider": "p"}
    other = {**service, "name": "two"}
    file = ImportFile.model_validate({"nameTable": {}, "resources": [provider, component, service, other]})
    state = resource(SERVICE, {"serviceName": "one"}, {"alias": "a"})
    entries = [entry.model_dump(by_alias=True, exclude_none=True) for entry in file.with_states([state]).resources]
    assert [entry["name"] for entry in entries] == ["p", "c", "one"]
    assert entries[0]["inputs"] == provider["inputs"]
    assert entries[2] == {
        **service,
        "id": "/subscriptions/s",
        "component": False,
        "inputs": {"serviceName": "one"},
        "outputs": {"alias": "a"},
    }
