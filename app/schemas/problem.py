"""The one form of every error: RFC 9457 problem details with the codes, places and hints of what is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

ELSEWHERE = {"equation": "equations are differentiated by POST /api/v1/implicit — send it there, or write a `program`"}
"""Fields that other routes take, with where they belong."""

MOST = 20
"""Mistakes that one reply names; its `detail` counts them all."""
LONGEST_NAME = 80
"""Characters of an unknown name that are compared with known ones."""


class Span(BaseModel):
    """A range of the program's text: 1-based lines and columns, the end column exclusive."""

    model_config = ConfigDict(extra="forbid")

    line: int = Field(ge=1)
    column: int = Field(ge=1)
    end_line: int = Field(ge=1)
    end_column: int = Field(ge=1)


class ProblemItem(BaseModel):
    """One thing that is wrong: what, where, and what to do."""

    model_config = ConfigDict(extra="forbid")

    code: str
    message: str
    hint: str | None = None
    span: Span | None = None
    field: str | None = Field(default=None, description="path of the request's field, such as `inputs.x`")
    node: str | None = None


class Problem(BaseModel):
    """RFC 9457 problem details; `code` is stable and made for programs, `detail` is a sentence for people."""

    model_config = ConfigDict(extra="forbid")

    type: str
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    code: str
    errors: list[ProblemItem]


def item(code: str, message: str, **places: Any) -> dict[str, Any]:
    """One entry of `errors`; places that are None are left out."""
    return {"code": code, "message": message} | {name: value for name, value in places.items() if value is not None}


def problem(status: int, title: str, code: str, errors: list[dict[str, Any]], total: int = 0) -> dict[str, Any]:
    """The problem document; its detail is the first error's sentence, with how many more of `total` there are."""
    others = max(total, len(errors)) - 1
    detail = errors[0]["message"] + (f" (and {others} more)" if others > 0 else "")
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code, "errors": errors}


def span_to_json(span: tuple[int, int, int, int] | None) -> dict[str, int] | None:
    """`(line, column, end_line, end_column)` with its names."""
    if span is None:
        return None
    line, column, end_line, end_column = span
    return {"line": line, "column": column, "end_line": end_line, "end_column": end_column}


def items_from_validation(
    errors: Sequence[Mapping[str, Any]], fields: Mapping[str, FieldInfo]
) -> list[dict[str, Any]]:
    """Pydantic's errors in our form, what is refused by name first: it may be why another field is missing.

    `fields` are the body's, from which those of its parts follow.

    At most `MOST`, for a body may hold a hundred thousand. Never echoes the input: it may hold what JSON cannot.
    """
    refused = {(name,) for name in ELSEWHERE}
    first = sorted(errors, key=lambda each: tuple(each["loc"][1:]) not in refused)[:MOST]
    return [_item_from_validation(each, fields) for each in first]


def _item_from_validation(error: Mapping[str, Any], fields: Mapping[str, FieldInfo]) -> dict[str, Any]:
    place = error["loc"][1:]
    name = _path(place)
    code, said = str(error["type"]), str(error["msg"])
    if code == "extra_forbidden":
        return _unknown_field(str(place[-1]), name, list(_fields_at(fields, place[:-1])))
    subject = name or str(error["loc"][0])
    return item(code, f"{subject}: {said[:1].lower()}{said[1:]}", field=name or None)


def _fields_at(fields: Mapping[str, FieldInfo], place: Iterable[str | int]) -> Mapping[str, FieldInfo]:
    """The fields of the part of a body that stands at `place`."""
    for part in place:
        if isinstance(part, str):
            model = _model_in(fields[part].annotation) if part in fields else None
            fields = {} if model is None else model.model_fields
    return fields


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation holds, such as that of `list[Racer] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_in(each)) is not None), None)


def _unknown_field(own: str, path: str, known: list[str]) -> dict[str, Any]:
    if own in ELSEWHERE and path == own:
        return item("unsupported", f"{own}: {ELSEWHERE[own]}", field=path)
    hint = nearest(own, known) or (f"known fields: {', '.join(known)}" if known else None)
    return item("extra_forbidden", f"{path}: is not a field here, remove it", hint=hint, field=path)


def _path(place: Iterable[str | int]) -> str:
    """`("inputs", "W", 0)` as `inputs.W[0]`."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else str(part))
    return text[:200]


class FieldError(Exception):
    """A field that is well formed but names or holds what cannot be meant; `problem` is its entry of `errors`."""

    def __init__(self, code: str, message: str, *, field: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.problem = item(code, message, field=field, hint=hint)


class FieldErrors(Exception):
    """Several fields at once; `total` counts those too that `problems`, entries of `errors`, do not name."""

    def __init__(self, problems: Sequence[dict[str, Any]], total: int) -> None:
        super().__init__(problems[0]["message"])
        self.problems, self.total = list(problems), total


def nearest(name: str, known: Iterable[str]) -> str | None:
    """A hint with the known name that looks most like `name`, if one does."""
    near = get_close_matches(name[:LONGEST_NAME], list(known), n=1, cutoff=0.5)
    return f"did you mean `{near[0]}`?" if near else None
