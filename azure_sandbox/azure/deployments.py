"""Microsoft.Resources/deployments: a template's resources, put one after the other with Azure's own rules."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, datetime

from . import templates
from .errors import AzureError, OperationFailed, own_choice
from .ids import ResourceId
from .resource_type import ResourceType, Scope, properties, section
from .store import Json


class Deployment(ResourceType):
    type = "Microsoft.Resources/deployments"
    located = False

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        if len(id.name) > 64:
            raise own_choice(
                "InvalidDeploymentName",
                f"The deployment name '{id.name}' has {len(id.name)} characters, at most 64 are allowed.",
            )
        given = properties(body)
        template = section(given, "template")
        parameters = section(given, "parameters")
        wanted = [(_target(id, resource), resource) for resource in templates.resources(template, parameters)]
        done: list[str] = []
        failure: AzureError | None = None
        for target, resource in wanted:
            try:
                with scope.store.undone_on_failure():
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
                    name: {"type": kind.title(), "value": value}
                    for name, kind, value in templates.parameters(template, parameters)
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


def _target(deployment: ResourceId, resource: Json) -> ResourceId:
    type, name = str(resource.get("type") or ""), str(resource.get("name") or "")
    namespace, *kinds = type.split("/")
    names = name.split("/")
    if not kinds or len(kinds) != len(names) or not all(names):
        raise templates.invalid(
            f"The template resource '{name}' for type '{type}' has incorrect segment lengths. A nested resource type "
            "must have identical number of segments as its resource name. A root resource type must have segment "
            "length one greater than its resource name."
        )
    pairs = "/".join(f"{kind}/{part}" for kind, part in zip(kinds, names, strict=True))
    return ResourceId.parse(f"{deployment.group.text}/providers/{namespace}/{pairs}")


def _error(inner: AzureError) -> Json:
    return {
        "code": "DeploymentFailed",
        "message": "At least one resource deployment operation failed. Please list deployment operations for details. "
        "Please see https://aka.ms/arm-deployment-operations for usage details.",
        "details": [{"code": inner.code, "message": inner.message}],
    }


TYPES = (Deployment(),)
