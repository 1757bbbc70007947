"""Microsoft.Resources/deployments: a template's resources, put one after the other with Azure's own rules."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, datetime

from . import templates
from .errors import AzureError, OperationFailed, bad_request
from .ids import ResourceId
from .resource_type import ResourceType, Scope, properties, section
from .store import Json


class Deployment(ResourceType):
    type = "Microsoft.Resources/deployments"
    located = False

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        if len(id.name) > 64:
            raise bad_request(
                "InvalidDeploymentName",
                f"The deployment name '{id.name}' has {len(id.name)} characters, at most 64 are allowed.",
            )
        given = properties(body)
        template = section(given, "template")
        parameters = section(given, "parameters")
        wanted = templates.resources(template, parameters)
        done: list[str] = []
        failure: AzureError | None = None
        for resource in wanted:
            target = _target(id, str(resource["type"]), str(resource["name"]))
            try:
                scope.put(target, resource)
            except AzureError as error:
                failure = error
                break
            done.append(target.text)
        stored = {
            "properties": {
                "mode": given.get("mode"),
                "provisioningState": "Failed" if failure else "Succeeded",
                "templateHash": str(
                    int(hashlib.sha256(json.dumps(template, sort_keys=True).encode()).hexdigest()[:15], 16)
                ),
                "parameters": {
                    name: {"type": template["parameters"][name]["type"].title(), "value": each.get("value")}
                    for name, each in parameters.items()
                },
                "correlationId": str(uuid.uuid4()),
                "timestamp": datetime.now(UTC).isoformat(),
                "duration": "PT1S",
                "providers": [],
                "dependencies": [],
                "outputResources": [{"id": each} for each in done],
                **({"error": _error(failure)} if failure else {}),
            }
        }
        if failure:
            scope.store.put(id.text, self.type, {"id": id.text, "name": id.name, "type": self.type, **stored}, ())
            error = _error(failure)
            raise OperationFailed(200, error["code"], error["message"])
        return stored

    def view(self, scope: Scope, id: ResourceId, body: Json) -> Json:
        return {name: value for name, value in body.items() if name != "etag"}


def _target(deployment: ResourceId, type: str, name: str) -> ResourceId:
    namespace, *kinds = type.split("/")
    pairs = "/".join(f"{kind}/{part}" for kind, part in zip(kinds, name.split("/"), strict=True))
    return ResourceId.parse(f"{deployment.group.text}/providers/{namespace}/{pairs}")


def _error(inner: AzureError) -> Json:
    return {
        "code": "DeploymentFailed",
        "message": "At least one resource deployment operation failed. Please list deployment operations for details. "
        "Please see https://aka.ms/arm-deployment-operations for usage details.",
        "details": [{"code": inner.code, "message": inner.message}],
    }


TYPES = (Deployment(),)
