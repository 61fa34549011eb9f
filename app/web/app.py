"""The application: everything is put together here, and nothing is built at import."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from app.schemas.packed import MEDIA as PACKED
from app.web import pages
from app.web.assets import Assets, folder
from app.web.errors import install_errors
from app.web.headers import SecurityHeaders
from app.web.openapi import DESCRIPTION, TITLE, describe
from app.web.routes import backprop, calculus, catalogue, health, inspect, nets, training, ways
from app.web.settings import Settings
from app.web.shutdown import announced
from app.web.trainings import Trainings
from app.web.transport import BodyLimit, Cors, Faults, HeadAsGet
from app.web.version import version
from app.web.work import Work

SWITCH_SECONDS = 0.0005
"""How long a worker thread may keep others from Python while they wait: the event loop waits for it several times in
every request, by Python's own setting 5 ms each."""
GZIP_LEVEL = 1
"""Level 9 gives a tenth of the replies per second for a few per cent of their size."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """A new application with its own settings and state. Raises `BadSetting`."""
    settings = settings or Settings.from_environment(os.environ)
    app = FastAPI(
        title=TITLE,
        description=DESCRIPTION,
        version=version(),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # an address with a slash too many is answered like any other that is not there
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.work = Work(settings)
    app.state.trainings = Trainings(settings, app.state.work.stopping)
    app.state.pages = pages.page_environment()
    app.state.assets = Assets(folder("static"))
    app.state.catalogue = catalogue.build(settings)
    install_errors(app)
    _wrap(app, settings)
    routed = backprop, inspect, calculus, ways, nets, training, catalogue, health, pages
    for router in (each.router for each in routed):
        app.include_router(router)
    app.mount("/static", app.state.assets, name="static")
    describe(app)
    return app


def _wrap(app: FastAPI, settings: Settings) -> None:
    """Middleware, the innermost first."""
    app.add_middleware(Faults)
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes)
    incompressible = (*DEFAULT_EXCLUDED_CONTENT_TYPES, PACKED)  # float64 columns: a drag would wait for nothing
    app.add_middleware(
        GZipMiddleware, minimum_size=1024, compresslevel=GZIP_LEVEL, exclude_content_types=incompressible
    )
    if settings.cors_origins:
        app.add_middleware(
            Cors,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type"],
            expose_headers=["Server-Timing", "Retry-After"],
            max_age=3600,
        )
    app.add_middleware(HeadAsGet)
    app.add_middleware(SecurityHeaders, frame_ancestors=settings.frame_ancestors)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        with announced(app.state.work.stopping):
            yield
    finally:
        sys.setswitchinterval(before)
