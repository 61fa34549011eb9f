"""What a function's parameters are bound to: arguments in order, by name, and defaults."""

import ast
from typing import Any

from app.lang.errors import Trouble
from app.lang.objects import Closure, Frame
from app.lang.values import Value

Tracer = Any
Options = dict[str, Value]
"""Arguments that are given by name."""


class Parameters:
    """Gives the parameters of a function their arguments."""

    def __init__(self, t: Tracer, function: Closure, frame: Frame, place: ast.expr | None) -> None:
        self._t, self._function, self._frame = t, function, frame
        self._given = function.place.args
        written = place.args if isinstance(place, ast.Call) else []
        plain = not any(isinstance(each, ast.Starred) for each in written)
        self._written: list[ast.expr] = list(written) if plain else []

    def bind(self, arguments: list[Value], options: Options) -> None:
        """All of them.  Raises Trouble where they do not fit."""
        given, bound, options = self._given, self._frame.bound, dict(options)
        names = [each.arg for each in (*given.posonlyargs, *given.args)]
        offset = max(0, len(arguments) - len(self._written))  # what stands before the dot of a method
        for i, (name, value) in enumerate(zip(names, arguments, strict=False)):
            source = self._written[i - offset] if i >= offset and self._written else None
            bound[name] = self._t.argument(self._function, name, value, source)
        if names and arguments:
            self._frame.receiver = arguments[0]
        rest = arguments[len(names) :]
        if given.vararg is not None:
            bound[given.vararg.arg] = tuple(rest)
        elif rest:
            raise self._wrong(f"takes {_count(len(names))}, {len(arguments)} are given")
        self._by_name(names, options)
        self._fill(names)
        if given.kwarg is not None:
            bound[given.kwarg.arg] = options
        elif options:
            raise self._wrong(f"has no argument {next(iter(options))!r}")

    def _by_name(self, names: list[str], options: Options) -> None:
        for name in [*names, *(each.arg for each in self._given.kwonlyargs)]:
            if name in options:
                if name in self._frame.bound:
                    raise self._wrong(f"is given {name} twice")
                self._frame.bound[name] = self._t.argument(self._function, name, options.pop(name), None)

    def _fill(self, names: list[str]) -> None:
        """Default values for what was not given."""
        function, bound = self._function, self._frame.bound
        defaults = dict(zip(names[len(names) - len(function.defaults) :], function.defaults, strict=True))
        only = [each.arg for each in self._given.kwonlyargs]
        defaults |= {name: each for name, each in zip(only, function.keyword_defaults, strict=True)
                     if each is not Ellipsis}  # fmt: skip
        missing = [name for name in (*names, *only) if name not in bound and name not in defaults]
        if missing:
            raise self._wrong(f"needs a value for {', '.join(missing)}")
        for name, value in defaults.items():
            bound.setdefault(name, value)

    def _wrong(self, what: str) -> Trouble:
        name = self._function.name
        shown = ", ".join(each.arg for each in (*self._given.args, *self._given.kwonlyargs))
        return Trouble("bad_argument", f"{name}: it {what}", f"it is defined as {name}({shown})")


def _count(number: int) -> str:
    return f"{number} argument{'s' * (number != 1)}"
