"""From the OpenAPI document to what the reference page shows: operations with their fields, examples and replies."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.schemas.numbers import NON_FINITE

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """One field of a body: its name, its type in words, and what it means."""

    name: str
    type: str
    required: bool
    default: str | None
    description: str


@dataclass(frozen=True)
class Body:
    """What a request takes, or what a reply with one status holds."""

    status: str
    media_type: str
    description: str
    name: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Operation:
    """One method at one path."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    request: Body | None
    example: str
    replies: tuple[Body, ...]


def operations(document: Mapping[str, Any]) -> list[Operation]:
    """Every operation of the OpenAPI document, in its order."""
    schemas = document.get("components", {}).get("schemas", {})
    return [
        _operation(method, path, described, schemas)
        for path, methods in document["paths"].items()
        for method, described in methods.items()
    ]


def parts(document: Mapping[str, Any]) -> list[Body]:
    """Every named object of the OpenAPI document with its fields, for the reader who follows a type's name."""
    schemas = document.get("components", {}).get("schemas", {})
    return [
        Body("", "", schema.get("description", ""), name, tuple(_fields(schema)))
        for name, schema in schemas.items()
        if "properties" in schema
    ]


def _operation(method: str, path: str, described: Mapping[str, Any], schemas: Schema) -> Operation:
    content: Mapping[str, Any] = described.get("requestBody", {}).get("content", {})
    request = _body("", "", content, schemas) if content else None
    return Operation(
        anchor=described["operationId"],
        method=method.upper(),
        path=path,
        summary=described.get("summary", ""),
        description=described.get("description", ""),
        request=request,
        example=_example(content),
        replies=tuple(
            _body(status, reply.get("description", ""), reply.get("content", {}), schemas)
            for status, reply in described["responses"].items()
        ),
    )


def _body(status: str, description: str, content: Mapping[str, Any], schemas: Schema) -> Body:
    media_type = next(iter(content), "")
    name = type_text(content[media_type].get("schema", {})) if media_type else ""
    schema = schemas.get(name, {})
    return Body(status, media_type, description or schema.get("description", ""), name, tuple(_fields(schema)))


def _example(content: Mapping[str, Any]) -> str:
    for held in content.values():
        for named in held.get("examples", {}).values():
            return json.dumps(named["value"], indent=2, ensure_ascii=False)
    return ""


def _fields(schema: Schema) -> Iterator[Field]:
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        default = json.dumps(field["default"], ensure_ascii=False) if "default" in field else None
        yield Field(name, type_text(field), name in required, default, field.get("description", ""))


def type_text(schema: Schema) -> str:
    """A JSON schema's type in a few words: `number`, `list of Node`, `"rows" or "columns"`.

    The three names of numbers that are not finite are left out: they may stand for any number.
    """
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " or ".join(json.dumps(each) for each in schema["enum"])
    for joined in ("anyOf", "oneOf", "allOf"):
        if joined in schema:
            kinds = [each for each in schema[joined] if each.get("enum") != list(NON_FINITE)]
            return " or ".join(dict.fromkeys(type_text(each) for each in kinds))
    if schema.get("type") == "array":
        items = schema.get("items", {})
        return f"list of {type_text(items)}" if items else "list"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"object of {type_text(schema['additionalProperties'])}"
    return str(schema.get("type", "anything"))
