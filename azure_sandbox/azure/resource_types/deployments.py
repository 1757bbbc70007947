"""Microsoft.Resources/deployments: a template's resources, put one after the other with Azure's own rules."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from ...rules import OWN_CHOICE, Rule
from .. import templates
from ..bodies import Json, properties, read_object
from ..errors import AzureError, OperationFailed, Refusal
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType
from ..template_expressions import Context
from ..templates import TemplateResource

NAME_TOO_LONG = Refusal(
    says="A deployment's name has at most 64 characters",
    source="Azure/azure-cli#2635, OctopusDeploy/Issues#3545",
    code="InvalidDeployment",
    message="The provided deployment name '{name}' has a length of '{length}' which exceeds the maximum length of "
    "'64'. Please see https://aka.ms/arm-deploy for usage details.",
)
BAD_NAME = Refusal(
    says="A deployment's name has letters, digits, `-`, `.`, `(`, `)` and `_`",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/resource-name-rules.md; "
    "Azure/arm-template-whatif#414 has part of the text, the code is an own choice",
    code="InvalidDeployment",
    message="The provided deployment name '{name}' has these invalid characters: '{characters}'. Please see "
    "https://aka.ms/arm-deploy for usage details.",
)
COMPLETE_MODE = Refusal(
    says="Mode Complete, which deletes what a template lacks, is refused here",
    source=OWN_CHOICE,
    code="DeploymentModeNotSupported",
    message="Deployment {deployment}: the sandbox deploys in mode Incremental only.",
)
NOT_ALLOWED = Refusal(
    says="A template's resources need the rights of whoever deploys, before anything is deployed",
    source="Azure-Samples/azure-search-openai-demo#1483, #242 (the status); several are told in one message: "
    "OfficeDev/microsoft-teams-emergency-operations-center#205",
    code="InvalidTemplateDeployment",
    message="{intro}: '{reasons}'.",
)
DEPLOYMENT_FAILED = Rule(
    says="A template that fails on the way leaves a deployment that has failed; its error hides the inner ones in "
    "`details`, and what was deployed stays",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/troubleshooting/common-deployment-errors.md",
)
OTHERS_GO_ON = Rule(
    says="Where a resource fails, what depends on it is not deployed; all else is",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/templates/overview.md (resources without "
    f"dependencies are deployed at once); that none is held back is an {OWN_CHOICE}",
)
OUTPUTS = Rule(
    says="A deployment shows its outputs, and its parameters but for the value of secure ones",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/templates/outputs.md, data-types.md",
)

_INVALID = re.compile(r"[^\w().-]", re.ASCII)


class Deployment(ResourceType):
    type = "Microsoft.Resources/deployments"
    located = False

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        _check_name(id.name)
        given = properties(body)
        template = read_object(given, "template")
        if str(given.get("mode")).lower() != "incremental":
            raise COMPLETE_MODE(deployment=id.text)
        templates.check_template(template)
        context = Context(arm.get(id.group), variables=read_object(template, "variables"))
        parameters = templates.read_parameters(template, read_object(given, "parameters"), context)
        values = {name: value for name, (_, value) in parameters.items()}
        context = Context(context.group, values, context.variables)
        wanted = templates.plan_resources(template, context, id.group)
        _check_rights(arm, wanted)
        done, failed = _deploy(arm, wanted)
        stored: Json = {
            "properties": {
                "mode": "Incremental",
                "provisioningState": "Failed" if failed else "Succeeded",
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
                "providers": _providers(wanted),
                "dependencies": _dependencies(wanted),
                "outputResources": [{"id": each} for each in sorted(done)],
            }
        }
        if failed:
            error = _error(id, failed)
            stored["properties"]["error"] = error
            arm.store.put(id.text, self.type, {"id": id.text, "name": id.name, "type": self.type, **stored}, ())
            raise OperationFailed(200, error["code"], error["message"])
        if "outputs" in template:
            after = Context(
                context.group,
                values,
                context.variables,
                reference=lambda target: properties(arm.get(ResourceId.parse(target))),
            )
            stored["properties"]["outputs"] = templates.evaluate_outputs(template, after)
        return stored

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        return {name: value for name, value in body.items() if name != "etag"}


def _check_name(name: str) -> None:
    if len(name) > 64:
        raise NAME_TOO_LONG(name=name, length=len(name))
    if invalid := _INVALID.findall(name):
        raise BAD_NAME(name=name, characters="".join(invalid))


def _check_rights(arm: ResourceManager, wanted: Sequence[TemplateResource]) -> None:
    reasons: list[str] = []
    for each in wanted:
        try:
            arm.require_right("write", each.target)
        except AzureError:
            who, type = arm.caller, each.target.type
            reasons.append(
                f"Authorization failed for template resource '{each.body['name']}' of type '{type}'. The client "
                f"'{who}' with object id '{who}' does not have permission to perform action '{type}/write' at scope "
                f"'{each.target.text}'."
            )
    if reasons:
        one = len(reasons) == 1
        intro = "The template deployment failed with error" if one else "Deployment failed with multiple errors"
        raise NOT_ALLOWED(intro=intro, reasons=":".join(reasons))
    for each in wanted:
        arm.require_linked_rights(each.target, each.body)


def _deploy(arm: ResourceManager, wanted: Sequence[TemplateResource]) -> tuple[list[str], dict[str, AzureError]]:
    """The ids that were deployed, and why others were not."""
    done: list[str] = []
    failed: dict[str, AzureError] = {}
    missing: set[str] = set()
    for each in wanted:
        if missing.intersection(other.key for other in each.depends_on):
            missing.add(each.target.key)
            continue
        try:
            with arm.store.undone_on_failure():
                arm.require_unlocked("write", each.target)
                done.append(arm.put(each.target, each.body)["id"])
        except AzureError as error:
            missing.add(each.target.key)
            failed[each.target.text] = error
    return done, failed


def _providers(wanted: Sequence[TemplateResource]) -> list[Json]:
    """The types of a template's resources and where they are deployed, by namespace."""
    found: dict[str, dict[str, list[str | None]]] = {}
    for each in wanted:
        namespace, _, kind = each.target.type.partition("/")
        locations = found.setdefault(namespace, {}).setdefault(kind, [])
        if (location := each.body.get("location")) not in locations:
            locations.append(location)
    return [
        {
            "namespace": namespace,
            "resourceTypes": [{"resourceType": kind, "locations": locations} for kind, locations in kinds.items()],
        }
        for namespace, kinds in found.items()
    ]


def _dependencies(wanted: Sequence[TemplateResource]) -> list[Json]:
    return [
        {"dependsOn": [_named(other) for other in each.depends_on], **_named(each.target)}
        for each in wanted
        if each.depends_on
    ]


def _named(id: ResourceId) -> Json:
    return {"id": id.text, "resourceType": id.type, "resourceName": "/".join(id.names)}


def _error(deployment: ResourceId, failed: dict[str, AzureError]) -> Json:
    return {
        "code": "DeploymentFailed",
        "target": deployment.text,
        "message": "At least one resource deployment operation failed. Please list deployment operations for details. "
        "Please see https://aka.ms/arm-deployment-operations for usage details.",
        "details": [{"code": each.code, "target": target, "message": each.message} for target, each in failed.items()],
    }
