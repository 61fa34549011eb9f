"""Statements that hold statements: branches, loops, functions, classes, `with`; and those that leave a block."""

import ast
from collections.abc import Callable
from typing import Any

from app.lang.errors import Trouble
from app.lang.objects import CALLABLE, Closure, Frame, NamedScope, NoGrad, Wrapped, special
from app.lang.tracing.statements import RUN, Statements
from app.lang.values import Function, Value, kind

BREAK, CONTINUE, RETURN = "break", "continue", "return"
WRAPPERS = ("property", "staticmethod", "classmethod")


class Control(Statements):
    """Runs blocks.  A signal is what ends one early: BREAK, CONTINUE or RETURN."""

    def block(self, body: list[ast.stmt]) -> object:
        for place in body:
            self.tick()
            self.graph.span = None
            self.statement = place
            signal = self.run(place)
            if signal is not None:
                return signal
        return None

    # ── branches and loops ──────────────────────────────────────────────────────────────────────────────
    def branch(self, place: ast.If) -> object:
        return self.block(place.body if self.test(place.test) else place.orelse)

    def loop(self, place: ast.For) -> object:
        values = self.elements(self.evaluate(place.iter), place.iter)
        scope = self.graph.scope
        self.looping += 1
        for i, value in enumerate(values):
            self.tick()
            self.graph.scope = scope
            self.set_loop_names(place.target, value)
            self.graph.scope = self.turn(place.target, value, i)
            signal = self.block(place.body)
            if signal is BREAK:
                break
            if signal is RETURN:
                self.graph.scope = scope
                self.looping -= 1
                return signal
        else:
            self.graph.scope = scope
            self.looping -= 1
            return self.block(place.orelse)
        self.graph.scope = scope
        self.looping -= 1
        return None

    def repeat(self, place: ast.While) -> object:
        scope, turn, outer = self.graph.scope, 0, None
        self.looping += 1
        while outer is None and self._goes_on(place):
            turn += 1
            self.graph.scope = (*scope, f"while {turn}")
            signal = self.block(place.body)
            outer = signal if signal in (BREAK, RETURN) else None
            self.graph.scope = scope
        self.looping -= 1
        if outer is None:
            return self.block(place.orelse)
        return RETURN if outer is RETURN else None

    def _goes_on(self, place: ast.While) -> bool:
        self.tick()
        self.graph.span = None
        self.statement = place
        return self.test(place.test)

    def leave(self, place: ast.Break | ast.Continue) -> object:
        if not self.looping:
            raise Trouble("syntax_error", f"line {place.lineno}: this stands outside of a loop", "leave it out",
                          place=place)  # fmt: skip
        return BREAK if isinstance(place, ast.Break) else CONTINUE

    def give_back(self, place: ast.Return) -> object:
        if self.frame.closure is None:
            raise Trouble("syntax_error", f"line {place.lineno}: `return` stands outside of a function",
                          "the last value assigned is the output", place=place)  # fmt: skip
        value = None if place.value is None else self.evaluate(place.value)
        self.returned = self.cut(value) if self.no_grad else value
        return RETURN

    # ── definitions ─────────────────────────────────────────────────────────────────────────────────────
    def define(self, place: ast.FunctionDef) -> None:
        value: Value = self.function(place, place.name)
        if any(isinstance(each, ast.Yield | ast.YieldFrom) for inner in place.body for each in ast.walk(inner)):
            raise Trouble("unsupported_syntax", f"line {place.lineno}: `yield` is not read here",
                          "collect the values in a list and return it", place=place)  # fmt: skip
        for each in reversed(place.decorator_list):
            value = self._decorated(each, value)
        self.bind_made(place.name, value)

    def _decorated(self, place: ast.expr, value: Value) -> Value:
        if isinstance(place, ast.Name) and place.id in WRAPPERS and place.id not in self.bound:
            return Wrapped(place.id, value)
        found = self.evaluate(place)
        if isinstance(found, NoGrad):
            return special(place_name(value), lambda t, *a, **k: t.without_gradients(value, list(a), k))
        if isinstance(found, CALLABLE):
            return self.applied(found, [value], {}, place)
        raise Trouble("bad_argument", f"decorator: {kind(found)} cannot be applied to a function",
                      "leave the decorator out", place=place)

    def without_gradients(self, function: Value, arguments: list[Value], options: dict[str, Value]) -> Value:
        """A call under `@torch.no_grad()`."""
        self.no_grad += 1
        value = self.applied(function, arguments, options)
        self.no_grad -= 1
        return self.cut(value)

    def elsewhere(self, place: ast.Global | ast.Nonlocal) -> None:
        for name in place.names:
            frame: Frame | None = self.top if isinstance(place, ast.Global) else self.frame.parent
            while isinstance(place, ast.Nonlocal) and frame is not None and name not in frame.bound:
                frame = frame.parent
            if frame is None or (isinstance(place, ast.Nonlocal) and frame is self.top):
                raise Trouble("unknown_name", f"{self.shown(name)}: no function around this one has this name",
                              "use global for names of the program", place=place)  # fmt: skip
            if self.frame is not self.top:
                self.frame.elsewhere[name] = frame

    # ── the rest ────────────────────────────────────────────────────────────────────────────────────────
    def surround(self, place: ast.With) -> object:
        """`with torch.no_grad():` cuts gradients, `with jax.named_scope("layer 1"):` opens a scope."""
        cuts, scope = 0, self.graph.scope
        for each in place.items:
            found = self.evaluate(each.context_expr)
            if isinstance(found, NamedScope):
                self.graph.scope = self.opened(found.label)
                continue
            if not isinstance(found, NoGrad):
                raise Trouble("unsupported_syntax", f"with: {kind(found)} cannot stand here",
                              "torch.no_grad() and jax.named_scope(name) can", place=each.context_expr)  # fmt: skip
            cuts += found.cuts
        self.no_grad += cuts
        signal = self.block(place.body)
        self.no_grad -= cuts
        self.graph.scope = scope
        return signal

    def attempt(self, place: ast.Try) -> object:
        """`try`: its lines, then those of `else` and `finally`.  What goes wrong is shown, never caught."""
        signal = self.block(place.body)
        if signal is None:
            signal = self.block(place.orelse)
        return self.block(place.finalbody) or signal

    def claim(self, place: ast.Assert) -> None:
        if not self.test(place.test):
            message = "" if place.msg is None else f": {self.text(self.evaluate(place.msg))[:200]}"
            raise Trouble("bad_argument", f"assert: the condition is False{message}", "check the numbers before it",
                          place=place.test)  # fmt: skip

    def fail(self, place: ast.Raise) -> None:
        """`raise`: the program itself says that something is wrong."""
        said = place.exc
        message = ""
        if isinstance(said, ast.Call) and said.args:
            message = f": {self.text(self.evaluate(said.args[0]))[:200]}"
        name = said.func if isinstance(said, ast.Call) else said
        shown = name.id if isinstance(name, ast.Name) else "an error"
        raise Trouble("bad_argument", f"raise: the program stops with {shown[:40]}{message}",
                      "give it what it asks for", place=place)  # fmt: skip


def place_name(value: Value) -> str:
    """The name of a function."""
    return value.name if isinstance(value, Closure | Function) else "the function"


BLOCKS: dict[type[ast.stmt], Callable[[Any, Any], object]] = {
    ast.If: Control.branch,
    ast.For: Control.loop,
    ast.While: Control.repeat,
    ast.Break: Control.leave,
    ast.Continue: Control.leave,
    ast.Return: Control.give_back,
    ast.FunctionDef: Control.define,
    ast.ClassDef: Control.define_class,
    ast.Global: Control.elsewhere,
    ast.Nonlocal: Control.elsewhere,
    ast.With: Control.surround,
    ast.Try: Control.attempt,
    ast.Assert: Control.claim,
    ast.Raise: Control.fail,
    ast.Delete: Control.delete,
}
RUN.update(BLOCKS)
