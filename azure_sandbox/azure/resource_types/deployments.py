"""Microsoft.Resources/deployments: puts the resources of a template one after the other, under Azure's rules."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

from ...rules import OWN_CHOICE, Rule
from .. import templates
from ..bodies import Json, properties, read_object
from ..errors import AzureError, OperationFailed, Rejection
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType, without_etag
from ..template_expressions import Context
from ..templates import TemplateResource

NAME_TOO_LONG = Rejection(
    says="A deployment's name has at most 64 characters",
    source="Azure/azure-cli#2635, OctopusDeploy/Issues#3545",
    code="InvalidDeployment",
    message="The provided deployment name '{name}' has a length of '{length}' which exceeds the maximum length of "
    "'64'. Please see https://aka.ms/arm-deploy for usage details.",
)
BAD_NAME = Rejection(
    says="A deployment's name has letters, digits, `-`, `.`, `(`, `)` and `_`",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/resource-name-rules.md; "
    "Azure/arm-template-whatif#414 has part of the text, the code is an own choice",
    code="InvalidDeployment",
    message="The provided deployment name '{name}' has these invalid characters: '{characters}'. Please see "
    "https://aka.ms/arm-deploy for usage details.",
)
COMPLETE_MODE = Rejection(
    says="The sandbox rejects the mode Complete, which deletes resources that the template lacks",
    source=OWN_CHOICE,
    code="DeploymentModeNotSupported",
    message="The sandbox cannot deploy {deployment}: it supports only one mode. Set the mode to Incremental.",
)
NOT_ALLOWED = Rejection(
    says="The caller needs the rights to all resources of a template before anything is deployed",
    source="Azure-Samples/azure-search-openai-demo#1483, #242 (the status); several failures are one message: "
    "OfficeDev/microsoft-teams-emergency-operations-center#205",
    code="InvalidTemplateDeployment",
    message="{intro}: '{reasons}'.",
)
DEPLOYMENT_FAILED = Rule(
    says="A template that fails during the deployment leaves a failed deployment, with the inner errors in `details` "
    "of its error; resources that were deployed stay",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/troubleshooting/common-deployment-errors.md",
)
OTHERS_GO_ON = Rule(
    says="If a resource fails, the resources that depend on it are not deployed; all others are",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/templates/overview.md (resources without "
    f"dependencies are deployed at once); that all are deployed is an {OWN_CHOICE}",
)
OUTPUTS = Rule(
    says="A deployment shows its outputs and its parameters, without the values of secure ones",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/templates/outputs.md, data-types.md",
)

_INVALID = re.compile(r"[^\w().-]", re.ASCII)


class Deployment(ResourceType):
    type = "Microsoft.Resources/deployments"
    located = False

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        _check_name(id.name)
        requested = properties(body)
        template = read_object(requested, "template")
        if str(requested.get("mode")).lower() != "incremental":
            raise COMPLETE_MODE(deployment=id.text)
        templates.check_template(template)
        context = Context(arm.get(id.group), variables=read_object(template, "variables"))
        parameters = templates.read_parameters(template, read_object(requested, "parameters"), context)
        context = replace(context, parameters={name: value for name, (_, value) in parameters.items()})
        resources = templates.plan_resources(template, context, id.group)
        _check_rights(arm, resources)
        deployed, errors = _deploy(arm, resources)
        stored: Json = {
            "properties": {
                "mode": "Incremental",
                "provisioningState": "Failed" if errors else "Succeeded",
                "templateHash": str(
                    int(hashlib.sha256(json.dumps(template, sort_keys=True).encode()).hexdigest()[:15], 16)
                ),
                "parameters": {
                    name: {"type": kind} if kind.startswith("Secure") else {"type": kind, "value": value}
                    for name, (kind, value) in parameters.items()
                },
                "correlationId": str(uuid.uuid4()),
                "timestamp": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}0Z",
                "duration": "PT1S",
                "providers": _list_providers(resources),
                "dependencies": _list_dependencies(resources),
                "outputResources": [{"id": resource_id} for resource_id in sorted(deployed)],
            }
        }
        if errors:
            error = _format_error(id, errors)
            stored["properties"]["error"] = error
            arm.store.put(id.text, self.type, {"id": id.text, "name": id.name, "type": self.type, **stored}, ())
            raise OperationFailed(200, error["code"], error["message"])
        if "outputs" in template:

            def read_deployed(target: str) -> Json:
                return properties(arm.get(ResourceId.parse(target)))

            outputs = templates.evaluate_outputs(template, replace(context, reference=read_deployed))
            stored["properties"]["outputs"] = outputs
        return stored

    def status_id(self, id: ResourceId, verb: Literal["write", "delete"]) -> ResourceId | None:
        return id.child("operationStatuses", "status") if verb == "write" else None

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        return without_etag(body)


def _check_name(name: str) -> None:
    if len(name) > 64:
        raise NAME_TOO_LONG(name=name, length=len(name))
    if invalid := _INVALID.findall(name):
        raise BAD_NAME(name=name, characters="".join(invalid))


def _check_rights(arm: ResourceManager, resources: Sequence[TemplateResource]) -> None:
    reasons: list[str] = []
    for resource in resources:
        try:
            arm.require_right("write", resource.target)
        except AzureError:
            client, type = arm.caller, resource.target.type
            reasons.append(
                f"Authorization failed for template resource '{resource.body['name']}' of type '{type}'. The client "
                f"'{client}' with object id '{client}' does not have permission to perform action '{type}/write' at "
                f"scope '{resource.target.text}'."
            )
    if reasons:
        intro = (
            "The template deployment failed with error"
            if len(reasons) == 1
            else "Deployment failed with multiple errors"
        )
        raise NOT_ALLOWED(intro=intro, reasons=":".join(reasons))
    for resource in resources:
        arm.require_linked_rights(resource.target, resource.body)


def _deploy(arm: ResourceManager, resources: Sequence[TemplateResource]) -> tuple[list[str], dict[str, AzureError]]:
    """The ids of the deployed resources, and the errors of the failed ones by id."""
    deployed: list[str] = []
    errors: dict[str, AzureError] = {}
    missing: set[str] = set()
    started = arm.operations.now
    ends: dict[str, float] = {}
    for resource in resources:
        if missing.intersection(dependency.key for dependency in resource.depends_on):
            missing.add(resource.target.key)
            continue
        # Resources without dependencies are deployed at once.
        arm.operations.now = max(
            (ends.get(dependency.key, started) for dependency in resource.depends_on), default=started
        )
        try:
            with arm.store.undone_on_failure():
                arm.require_unlocked("write", resource.target)
                deployed.append(arm.put(resource.target, resource.body)["id"])
            ends[resource.target.key] = arm.operations.now
        except AzureError as error:
            missing.add(resource.target.key)
            errors[resource.target.text] = error
    return deployed, errors


def _list_providers(resources: Sequence[TemplateResource]) -> list[Json]:
    """The types and locations of a template's resources, by namespace."""
    providers: dict[str, dict[str, list[str | None]]] = {}
    for resource in resources:
        namespace, _, kind = resource.target.type.partition("/")
        locations = providers.setdefault(namespace, {}).setdefault(kind, [])
        if (location := resource.body.get("location")) not in locations:
            locations.append(location)
    return [
        {
            "namespace": namespace,
            "resourceTypes": [{"resourceType": kind, "locations": locations} for kind, locations in kinds.items()],
        }
        for namespace, kinds in providers.items()
    ]


def _list_dependencies(resources: Sequence[TemplateResource]) -> list[Json]:
    return [
        {
            "dependsOn": [_describe(dependency) for dependency in resource.depends_on],
            **_describe(resource.target),
        }
        for resource in resources
        if resource.depends_on
    ]


def _describe(id: ResourceId) -> Json:
    return {"id": id.text, "resourceType": id.type, "resourceName": "/".join(id.names)}


def _format_error(deployment: ResourceId, errors: dict[str, AzureError]) -> Json:
    return {
        "code": "DeploymentFailed",
        "target": deployment.text,
        "message": "At least one resource deployment operation failed. Please list deployment operations for details. "
        "Please see https://aka.ms/arm-deployment-operations for usage details.",
        "details": [
            {"code": error.code, "target": target, "message": error.message} for target, error in errors.items()
        ],
    }
