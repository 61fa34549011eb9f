"""The two pages: the visualizer at `/` and the API's reference at `/docs`."""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from app.web.assets import folder
from app.web.headers import page_nonce
from app.web.reference import operations, parts
from app.web.version import version

router = APIRouter(include_in_schema=False)


def page_environment() -> Environment:
    """The templates, escaping by default, refusing names that no handler gives."""
    found = Environment(
        loader=FileSystemLoader(folder("templates")),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["coded"] = coded
    return found


def coded(text: str) -> Markup:
    """Text in which what stands between backticks is code; everything is escaped."""
    parts = (Markup("<code>{}</code>").format(part) if odd else escape(part) for odd, part in _parts(text))
    return Markup("").join(parts)


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """The text cut at backticks, each part with whether it stands between two."""
    return ((index % 2 == 1, part) for index, part in enumerate(text.split("`")))


def _page(request: Request, name: str, **context: Any) -> HTMLResponse:
    state = request.app.state
    html = state.pages.get_template(name).render(
        nonce=page_nonce(request), asset=state.assets.url, has_asset=state.assets.has, version=version(), **context
    )
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


@router.get("/")
async def index(request: Request) -> HTMLResponse:
    """The visualizer."""
    return _page(request, "index.html")


@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """The reference of the API, written from its OpenAPI document."""
    document = request.app.openapi()
    return _page(request, "docs.html", api=document, operations=operations(document), parts=parts(document))
