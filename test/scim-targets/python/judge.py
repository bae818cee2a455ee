"""Judges requests of a SCIM client by scim2-models: a line of JSON in, a line of JSON with the complaints out."""

import json
import sys

from pydantic import ValidationError
from scim2_models import Context, EnterpriseUser, Group, PatchOp, SearchRequest, User

MODELS = {"user": User[EnterpriseUser], "group": Group}


def validate(question):
    model = MODELS[question["kind"]]
    match question["what"]:
        case "create":
            model.model_validate(question["body"], scim_ctx=Context.RESOURCE_CREATION_REQUEST)
        case "replace":
            model.model_validate(question["body"], scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST)
        case "patch":
            PatchOp[model].model_validate(question["body"], scim_ctx=Context.RESOURCE_PATCH_REQUEST)
        case "query":
            SearchRequest[model].model_validate(question["body"], scim_ctx=Context.SEARCH_REQUEST)


def complaints(question):
    try:
        validate(question)
    except ValidationError as error:
        return [f"{'.'.join(map(str, part['loc']))}: {part['msg']}" for part in error.errors()]
    return []


for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps({"id": question["id"], "complaints": complaints(question)}), flush=True)
