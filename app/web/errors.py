"""The one table from exception to status and code, and the one place that writes a problem reply."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app.engine.errors import EngineError
from app.lang.errors import LangError
from app.schemas.problem import FieldError, FieldErrors, item, items_from_validation, problem, span_to_json

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger("uvicorn.error")

STATUS_OF_CODE = {
    "deadline_exceeded": 503,
    "json_invalid": 400,
    "media_type": 415,
    "too_many_requests": 429,
    "body_too_large": 413,
    "stopping": 503,
}
"""Codes whose status is not 422, the status of bad maths and bad programs."""

HTTP_ERRORS = {
    400: ("bad_request", "the request could not be read"),
    404: ("not_found", "there is nothing at this address — /docs lists what there is"),
    405: ("method_not_allowed", "this address does not answer this method — see the Allow header"),
    413: ("body_too_large", "the request's body is too large — GET /api/v1/limits says how large it may be"),
}
"""What the framework itself refuses: status → code, sentence."""


class Refusal(HTTPException):
    """A request that the HTTP side itself refuses; its status follows from its code by `STATUS_OF_CODE`.

    An `HTTPException`, because only those pass through the framework's reading of a body unchanged.
    """

    def __init__(self, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(STATUS_OF_CODE[code], message, dict(headers or {}))
        self.code = code


def problem_response(
    errors: list[dict[str, Any]],
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    total: int = 0,
) -> Response:
    """A problem reply; without `status` it is the one of the first error's code. `total` may be more than `errors`."""
    code = str(errors[0]["code"])
    status = status or STATUS_OF_CODE.get(code, 422)
    document = problem(status, HTTPStatus(status).phrase, code, errors, total)
    return Response(orjson.dumps(document), status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def on_refusal(_request: Request, error: Refusal) -> Response:
    """400, 413, 415, 429: what never reaches the engine."""
    return problem_response([item(error.code, str(error.detail))], headers=error.headers)


def on_http(_request: Request, error: HTTPException) -> Response:
    """404, 405 and what else the framework refuses."""
    code, message = HTTP_ERRORS.get(error.status_code, ("http_error", str(error.detail)))
    return problem_response([item(code, message)], error.status_code, error.headers)


def on_validation(request: Request, error: RequestValidationError) -> Response:
    """422: fields that are missing, unknown or of the wrong type. The input is never echoed."""
    body = getattr(request.scope.get("route"), "body_field", None)
    fields = body.field_info.annotation.model_fields if body is not None else {}
    found = error.errors()
    return problem_response(items_from_validation(found, fields), 422, total=len(found))


def on_lang(request: Request, error: LangError) -> Response:
    """422: what is wrong with the program, with its lines and columns; 503 when its time is over."""
    items = [
        item(each.code, each.message, hint=each.hint, span=span_to_json(each.span), field=each.field)
        for each in error.problems
    ]
    return problem_response(items, headers=_retry(request, items[0]["code"]))


def on_engine(request: Request, error: EngineError) -> Response:
    """422: bad maths; 503 when its time is over."""
    message, _, hint = error.message.partition(" — ")
    return problem_response([item(error.code, message, hint=hint or None)], headers=_retry(request, error.code))


def on_field(_request: Request, error: FieldError) -> Response:
    """422: a field that names what is not there."""
    return problem_response([error.problem])


def on_fields(_request: Request, error: FieldErrors) -> Response:
    """422: a configuration with bad fields."""
    return problem_response(error.problems, total=error.total)


def on_fault(error: Exception) -> Response:
    """500: a fault of ours. Says nothing about the inside; the log has it."""
    log.error("fault while answering", exc_info=error)
    return problem_response([item("internal_error", "the server failed at this; the fault is ours")], 500)


def _retry(request: Request, code: str) -> dict[str, str]:
    if STATUS_OF_CODE.get(code) != 503:
        return {}
    return {"Retry-After": str(request.app.state.settings.retry_after_seconds)}


Handler = Callable[[Request, Any], Response | Awaitable[Response]]
TABLE: dict[type[Exception], Handler] = {
    Refusal: on_refusal,
    HTTPException: on_http,
    RequestValidationError: on_validation,
    LangError: on_lang,
    EngineError: on_engine,
    FieldError: on_field,
    FieldErrors: on_fields,
}


def install_errors(app: FastAPI) -> None:
    """Give `app` the whole table."""
    for kind, handler in TABLE.items():
        app.add_exception_handler(kind, handler)
