"""The OpenAPI document: as the framework writes it, with every error in its true media type."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from app.schemas.problem import Problem
from app.web.errors import MEDIA_TYPE

TITLE = "Backprop Visualizer"
DESCRIPTION = (
    "Programs in, computation graphs with every value and gradient out. Stateless and deterministic: the same body "
    "gives the same bytes. Non-finite numbers are the strings NaN, Infinity and -Infinity, in both directions. "
    "Errors are application/problem+json."
)
MEANINGS = {
    400: "The body is not JSON",
    404: "There is nothing at this address",
    405: "This address does not answer this method",
    413: "The body is too large",
    415: "The body's media type is not application/json",
    422: "The program, or a field of the request, is wrong: `errors` says where and what to do",
    429: "Too many requests at once: come back after `Retry-After` seconds",
    503: "The work did not end before its deadline, or the server is stopping",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route declares: these statuses, each as a problem."""
    return {status: {"model": Problem, "description": MEANINGS[status]} for status in statuses}


OF_WORK = problems(400, 413, 415, 422, 429, 503)


def describe(app: FastAPI) -> None:
    """Give `app` a document in which problems are `application/problem+json`."""
    written = app.openapi

    def openapi() -> dict[str, Any]:
        fresh = app.openapi_schema is None
        document = written()
        if fresh:
            for methods in document["paths"].values():
                for operation in methods.values():
                    _name_problems(operation["responses"])
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _name_problems(responses: Mapping[str, dict[str, Any]]) -> None:
    for status, response in responses.items():
        content = response.get("content", {})
        if int(status) >= 400 and "application/json" in content:
            content[MEDIA_TYPE] = content.pop("application/json")
