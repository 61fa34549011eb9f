"""Functions of the program's own: definition, arguments, the call, and the scope that it opens."""

import ast
from collections.abc import Sequence

from app.lang.errors import Exhausted, Trouble, refuse_underscores
from app.lang.limits import LIMITS
from app.lang.neural.parameters import Options, Parameters
from app.lang.objects import Closure, Frame, Instance, Klass, Method
from app.lang.operate import MISTAKES
from app.lang.scan import own_names
from app.lang.tracing.access import Access
from app.lang.tracing.expressions import EVALUATE
from app.lang.values import Function, Module, Value, kind

LONGEST_LABEL = 24
APPLICABLE = (Function, Closure, Method, Klass, Instance)


class Calls(Access):
    """Applies whatever can be applied."""

    returned: Value = None

    # ── definition ──────────────────────────────────────────────────────────────────────────────────────
    def function(self, place: ast.FunctionDef | ast.Lambda, name: str) -> Closure:
        """A function with its default values, which are evaluated now."""
        given = place.args
        several = [given.vararg, given.kwarg]
        names = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs, *several) if each]
        twice = next((each for i, each in enumerate(names) if each in names[:i]), None)
        if twice is not None:
            raise Trouble("syntax_error", f"{name}: two of its arguments are called {twice}", "rename one", place=place)
        for each in names:
            refuse_underscores(each, place)
        return Closure(
            name, place, self.frame.around(), [self.evaluate(each) for each in given.defaults],
            [Ellipsis if each is None else self.evaluate(each) for each in given.kw_defaults],
            self._own_names(place), None,
        )  # fmt: skip

    def _own_names(self, place: ast.FunctionDef | ast.Lambda) -> frozenset[str]:
        found = self.own_names.get(place)
        if found is None:
            found = self.own_names[place] = own_names(place)
        return found

    def anonymous(self, place: ast.Lambda) -> Closure:
        return self.function(place, "lambda")

    # ── application ─────────────────────────────────────────────────────────────────────────────────────
    def call(self, place: ast.Call) -> Value:
        function = self.callee(place.func)
        if not isinstance(function, APPLICABLE):
            raise self.not_callable(place, function)
        arguments: list[Value] = []
        for each in place.args:
            if isinstance(each, ast.Starred):
                arguments.extend(self.elements(self.evaluate(each.value), each))
            else:
                arguments.append(self.evaluate(each))
        options = self._options(place) if place.keywords else {}
        self.graph.span = self._span(place)
        if type(function) is Function:
            return self._language(function, arguments, options)
        return self.applied(function, arguments, options, place)

    def _options(self, place: ast.Call) -> Options:
        options: Options = {}
        for keyword in place.keywords:
            value = self.evaluate(keyword.value)
            if keyword.arg is not None:
                options[keyword.arg] = value
            elif isinstance(value, dict) and all(isinstance(each, str) for each in value):
                options |= value
            else:
                raise Trouble("bad_argument", f"call: ** stands before {kind(value)}, it must be a dict with names",
                              "write each argument by name",
                              place=keyword.value)  # fmt: skip
        return options

    def applied(
        self, function: Value, arguments: list[Value], options: Options, place: ast.expr | None = None
    ) -> Value:
        """What a function gives for arguments.  Raises Trouble, Skip, EngineError."""
        if isinstance(function, Method):
            arguments.insert(0, function.receiver)
            function = function.function
        if isinstance(function, Function):
            return self._language(function, arguments, options)
        if isinstance(function, Closure):
            return self.invoke(function, arguments, options, place)
        if isinstance(function, Klass):
            return self.construct(function, arguments, options, place)
        if isinstance(function, Instance):
            return self._object(function, arguments, options, place)
        raise Trouble("bad_argument", f"call: {kind(function)} cannot be applied to something",
                      "write a function", place=place)

    def _object(self, function: Instance, arguments: list[Value], options: Options, place: ast.expr | None) -> Value:
        """An object: by `__call__`, of a module by `forward`; layers of the language open a scope like functions do."""
        found = self.call_of(function)
        if isinstance(found, Closure):
            return self.invoke(found, [function, *arguments], options, place)
        scope = self.graph.scope
        if self.scope_of_instance != (scope, function):
            self.graph.scope = self.opened(self.written(place) or function.klass.name)
        value = self.applied(found, [function, *arguments], options, place)
        self.graph.scope = scope
        return value

    def _language(self, function: Function, arguments: list[Value], options: Options) -> Value:
        """A function of the language: one of the engine's ops, or one of its own."""
        if options and options.get("out") is not None:
            out = options.pop("out")
            self.replace(out, self._language(function, arguments, options), None)
            return out
        if not function.special:
            if function.is_method:
                arguments.insert(0, function.receiver)
            return self.apply(function, arguments, options)
        wanted = bool(options) and bool(options.get("requires_grad"))
        try:
            found = self.tidy(function.target(self, *arguments, **self.that_matter(function, options)))
            return self.trained(found) if wanted else found
        except MISTAKES as error:
            raise self.misused(function, error) from error

    def not_callable(self, place: ast.Call, value: Value) -> Trouble:
        """The problem that something is called that is no function."""
        if isinstance(value, Module):
            return Trouble("unknown_function", f"{value.path}: this is a module, not a function",
                           f"write one of its functions: {value.path}.…", place=place.func)  # fmt: skip
        name = f"`{place.func.id}`" if isinstance(place.func, ast.Name) else "this"
        hint = (
            f"to multiply write `{place.func.id}*(…)`" if isinstance(place.func, ast.Name) else "to multiply write `*`"
        )
        fix = f"{place.func.id}*" if isinstance(place.func, ast.Name) else None
        return Trouble("bad_argument", f"call: {name} is {kind(value)}, it cannot be applied to something", hint,
                       place=place.func, fix=fix)  # fmt: skip

    # ── the program's own ───────────────────────────────────────────────────────────────────────────────
    def invoke(
        self, function: Closure, arguments: Sequence[Value], options: Options, place: ast.expr | None = None
    ) -> Value:
        """Run a function of the program in names and a scope of its own.

        What is pushed here is popped only on the way out without an error: where one is raised, the whole statement
        of the program fails, and the path of calls says where.
        """
        if len(self.path) >= LIMITS.calls:
            raise Exhausted("too_deep", f"{function.name}: calls are nested deeper than the limit of {LIMITS.calls}",
                            "let the recursion end earlier, or use a loop")  # fmt: skip
        frame = Frame(function.frame, function.own)
        frame.closure = function
        Parameters(self, function, frame, place).bind(list(arguments), options)
        self.tick()
        graph, before = self.graph, (self.frame, self.graph.scope, self.statement, self.looping, self.graph.span)
        self.path.append((function.name, place))
        graph.scope = self.opened(self.label(function, place, frame))
        self.enter(frame)
        body = function.place.body
        if isinstance(body, list):
            self.returned = None
            self.block(body)
            value, self.returned = self.returned, None
        else:
            value = self.evaluate(body)
        outer, graph.scope, self.statement, self.looping, graph.span = before
        self.path.pop()
        self.enter(outer)
        return value

    def enter(self, frame: Frame) -> None:
        """Read and bind names in this frame from now on."""
        self.frame = frame
        self.bound = frame.bound

    # ── scopes ──────────────────────────────────────────────────────────────────────────────────────────
    def label(self, function: Closure, place: ast.expr | None, frame: Frame) -> str:
        """A call as it is written, where that is short; else the function's name."""
        if isinstance(frame.receiver, Instance) and self.scope_of_instance == (self.graph.scope, frame.receiver):
            return ""
        text = self.written(place)
        if text:
            return text
        receiver = f"{frame.receiver.klass.name}." if isinstance(frame.receiver, Instance) else ""
        return f"{receiver}{function.name}(…)"

    def written(self, place: ast.expr | None) -> str:
        """A call as it is written, where that is short."""
        if isinstance(place, ast.Call) and place.lineno == place.end_lineno and not hasattr(place, "brought"):
            line, column, _, end = self._span(place)
            if end - column <= LONGEST_LABEL:
                return self.parsed.source.split("\n")[line - 1][column - 1 : end - 1]
        return ""

    def opened(self, label: str) -> tuple[str, ...]:
        """The scope of this label inside the present one; the same label again is another scope."""
        if not label:
            return self.graph.scope
        key = (*self.graph.scope, label)
        count = self.scopes[key] = self.scopes.get(key, 0) + 1
        return key if count == 1 else (*self.graph.scope, f"{label} ({count})")

    # ── what other parts of the tracer do ───────────────────────────────────────────────────────────────
    def replace(self, before: Value, value: Value, place: ast.expr | None) -> None:
        """Let a value stand for another node."""
        raise NotImplementedError

    def block(self, body: list[ast.stmt]) -> object:
        """Run statements; gives the signal that ended them early, or None."""
        raise NotImplementedError

    def construct(self, klass: Klass, arguments: list[Value], options: Options, place: ast.expr | None) -> Value:
        """A new object."""
        raise NotImplementedError

    def call_of(self, value: Instance) -> Value:
        """What is applied when an object is."""
        raise NotImplementedError

    def trained(self, value: Value) -> Value:
        """A value as a parameter."""
        raise NotImplementedError

    def argument(self, function: Closure, name: str, value: Value, source: ast.expr | None) -> Value:
        """What a parameter is bound to for an argument."""
        raise NotImplementedError


EVALUATE[ast.Call] = Calls.call
EVALUATE[ast.Lambda] = Calls.anonymous
