"""Microsoft.Resources/deployments: a template's resources, put one after the other with Azure's own rules."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, datetime

from ..rules import OWN_CHOICE, Rule
from . import templates
from .errors import AzureError, OperationFailed, Refusal
from .ids import ResourceId
from .resource_type import ResourceType, Scope, properties, section
from .store import Json

BAD_NAME = Refusal(
    says="A deployment's name has at most 64 characters",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/resource-name-rules.md; code and "
    "text are "
    "an own choice",
    code="InvalidDeploymentName",
    message="The deployment name '{name}' has {length} characters, at most 64 are allowed.",
)
COMPLETE_MODE = Refusal(
    says="Mode Complete, which deletes what a template lacks, is refused here",
    source=OWN_CHOICE,
    code="DeploymentModeNotSupported",
    message="Deployment {deployment}: the sandbox deploys in mode Incremental only.",
)
API_VERSION = Refusal(
    says="Every resource of a template names its API version",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/templates/syntax.md",
    code="InvalidTemplate",
    message="Deployment template validation failed: 'The template resource '{name}' is not valid: the 'apiVersion' "
    "property is required.'.",
)
DEPLOYMENT_FAILED = Rule(
    says="A template that fails on the way leaves a deployment that has failed; its error hides the inner one in "
    "`details`, and what was deployed before stays",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/troubleshooting/common-deployment-errors.md",
)
NEEDS_RIGHTS = Rule(
    says="A template's resources need the rights of whoever deploys, before anything is deployed",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/templates/overview.md; that all are asked for at "
    "first is an own choice",
)


class Deployment(ResourceType):
    type = "Microsoft.Resources/deployments"
    located = False

    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json:
        if len(id.name) > 64:
            raise BAD_NAME(name=id.name, length=len(id.name))
        given = properties(body)
        template = section(given, "template")
        parameters = section(given, "parameters")
        if str(given.get("mode")).lower() != "incremental":
            raise COMPLETE_MODE(deployment=id.text)
        wanted = [(_target(id, resource), resource) for resource in templates.resources(template, parameters)]
        for target, resource in wanted:
            scope.require_right("write", target)
            scope.require_linked_rights(target, resource)
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
    if not resource.get("apiVersion"):
        raise API_VERSION(name=name)
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
