"""From a program's text to its graph."""

from app.lang.tracing.tracer import Program, trace

__all__ = ["Program", "trace"]
