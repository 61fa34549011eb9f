"""Classes of the program's own: definition, objects, attributes, operators on objects."""

import ast

from app.lang.errors import Trouble, suggest
from app.lang.library import TEXTS, USED, placed_at
from app.lang.names import NAMES
from app.lang.neural.parameters import Options
from app.lang.objects import CALLABLE, OBJECT, Closure, Frame, Instance, Klass, Method, Super, Wrapped
from app.lang.tracing.comprehensions import Comprehensions
from app.lang.values import Function, Value, kind, whole

OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.Pow: "pow", ast.MatMult: "matmul",
    ast.FloorDiv: "floordiv", ast.Mod: "mod",
}  # fmt: skip
DEFINABLE = frozenset({
    "__init__", "__call__", "__repr__", "__str__", "__len__", "__getitem__", "__setitem__", "__iter__", "__contains__",
    "__bool__", "__neg__", "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__", "__abs__",
    "__float__", "__doc__", "__slots__", "__post_init__",
    *(f"__{side}{name}__" for side in ("", "r") for name in OPERATORS.values()),
})  # fmt: skip
"""What a class may define of the names with two underscores."""
REACHABLE = frozenset({"__init__", "__call__", "__len__", "__getitem__", "__repr__", "__str__"})
"""And what may be called by name."""


class Classes(Comprehensions):
    """Defines classes and makes objects."""

    # ── definition ──────────────────────────────────────────────────────────────────────────────────────
    def define_class(self, place: ast.ClassDef) -> None:
        """A class: its body runs in names of its own, which become its members."""
        bases = [self._base(each) for each in place.bases]
        for each, at in zip(bases, place.bases, strict=True):
            if not isinstance(each, Klass):
                raise Trouble("bad_argument", f"class: {kind(each)} cannot be inherited from",
                              "inherit from a class of the program or from nn.Module", place=at)  # fmt: skip
        if place.keywords:
            raise Trouble("unsupported_syntax", "class: only base classes can stand here", "leave it out",
                          place=place.keywords[0])  # fmt: skip
        if self.is_micrograd(place):
            self.bind_made(place.name, NAMES.inside("micrograd.engine", "Value"))
            self.notes.append(("engine_value", f"line {place.lineno}: the class {place.name} is micrograd's: its "
                               "values are numbers of the graph here", self._span(place)))  # fmt: skip
            return
        klass = Klass(place.name, tuple(bases) or (OBJECT,))
        frame, outer = Frame(self.frame, is_class=True), self.frame
        self.enter(frame)
        self.block(place.body)
        self.enter(outer)
        for value in frame.bound.values():
            for inner in (value, value.function if isinstance(value, Wrapped) else None):
                if isinstance(inner, Closure) and inner.klass is None:
                    inner.klass = klass
        klass.members.update(frame.bound)
        klass.fields = tuple(each.target.id for each in place.body
                             if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name))  # fmt: skip
        self.bind_made(place.name, self.with_decorators(klass, place.decorator_list))

    def with_decorators(self, klass: Klass, decorators: list[ast.expr]) -> Value:
        """A class as its decorators give it.  Raises Trouble."""
        value: Value = klass
        for each in reversed(decorators):
            found = self.evaluate(each)
            if not isinstance(found, CALLABLE):
                raise Trouble("bad_argument", f"decorator: {kind(found)} cannot be applied to a class",
                              "leave the decorator out", place=each)  # fmt: skip
            value = self.applied(found, [value], {}, each)
        return value

    def _base(self, place: ast.expr) -> Value:
        if isinstance(place, ast.Name) and not self._is_bound(place.id) and not NAMES.has(place.id):
            raise Trouble("unknown_name", f"{self.shown(place.id)}: there is no class of this name",
                          "define it above", place=place)  # fmt: skip
        return self.evaluate(place)

    def is_micrograd(self, place: ast.ClassDef) -> bool:
        """Whether a class is the engine of micrograd itself: an automatic derivative, which is what we do."""
        names = {each.name for each in place.body if isinstance(each, ast.FunctionDef)}
        return place.name == "Value" and {"__init__", "__add__", "__mul__", "backward"} <= names

    def bind_made(self, name: str, value: Value) -> None:
        """Bind the name of a function or a class where it is defined."""
        if name.startswith("__") and not (self.frame.is_class and name in DEFINABLE):
            raise Trouble("forbidden", f"{name[:40]}: names with two underscores cannot be used", "choose another name")
        self.frame.elsewhere.get(name, self.frame).bound[name] = value

    def inside(self, path: str, name: str) -> Value:
        """What `path.name` of a module means; one that is a program runs when it is first asked for.  Raises Trouble.
        """
        if path not in TEXTS:
            return NAMES.inside(path, name)
        found = self.brought.get(path)
        if found is None:
            frame, outer = Frame(), self.frame
            frame.bound.update({each: NAMES.find(each) for each in USED})
            self.enter(frame)
            self.block(placed_at(path, self.statement or ast.Pass()))
            self.enter(outer)
            found = self.brought[path] = {each: made for each, made in frame.bound.items() if isinstance(made, Klass)}
        if name not in found:
            near = suggest(name, found)
            raise Trouble("unknown_function", f"{path}.{name[:40]}: there is no such class here",
                          f"did you mean `{near}`?" if near else f"there are {', '.join(found)}", fix=near)
        return found[name]

    # ── objects ─────────────────────────────────────────────────────────────────────────────────────────
    def construct(self, klass: Klass, arguments: list[Value], options: Options, place: ast.expr | None) -> Value:
        """A new object, initialised."""
        made = Instance(klass)
        self.tick()
        start = klass.find("__init__")
        if isinstance(start, Closure):
            scope = self.graph.scope
            self.invoke(start, [made, *arguments], options, place)
            self.graph.scope = scope
        elif start is not Klass:
            self.applied(start, [made, *arguments], options, place)
        elif arguments or options:
            raise Trouble("bad_argument", f"{klass.name}: it takes no arguments", "define __init__")
        return made

    def call_of(self, value: Instance) -> Value:
        """What is applied when an object is: `__call__`."""
        found = value.klass.find("__call__")
        if isinstance(found, Function) and isinstance(forward := value.klass.find("forward"), Closure):
            return forward
        if found is Klass:
            raise Trouble("bad_argument", f"call: {kind(value)} cannot be applied to something",
                          "define __call__ (of an nn.Module: forward)")  # fmt: skip
        return found

    def attribute_of(self, value: Value, name: str) -> Value:
        """`value.name` of an object, a class, or `super()`.  Raises Trouble."""
        if name.startswith("__") and name not in REACHABLE:
            if name in ("__name__", "__class__", "__dict__", "__doc__"):
                return self.forbidden(value, name)
            raise Trouble("forbidden", f"{name[:40]}: names with two underscores cannot be used", "leave it out")
        if isinstance(value, Super):
            return self._bound(value.receiver.klass.find(name, after=value.klass), value.receiver, name)
        if isinstance(value, Klass):
            found = value.find(name)
            if isinstance(found, Wrapped):
                return Method(found.function, value) if found.how == "classmethod" else found.function
            return found if found is not Klass else self._bound(found, value, name)
        if name in value.attributes:
            return value.attributes[name]
        return self._bound(value.klass.find(name), value, name)

    def forbidden(self, value: Value, name: str) -> Value:
        """`__class__.__name__` is the one way in that people use: for the name of a class."""
        if name == "__name__" and isinstance(value, Klass):
            return value.name
        if name == "__class__" and isinstance(value, Instance):
            return value.klass
        raise Trouble("forbidden", f"{name}: names with two underscores cannot be used", "leave it out")

    def _bound(self, found: Value, receiver: Value, name: str) -> Value:
        """A member as it is seen through an object."""
        if found is Klass:
            klass = receiver if isinstance(receiver, Klass) else receiver.klass
            known = {each for k in klass.lineage() for each in k.members}
            known |= set(receiver.attributes) if isinstance(receiver, Instance) else set()
            near = suggest(name, sorted(known))
            raise Trouble("bad_argument", f".{name[:40]}: a {klass.name} has no attribute of this name",
                          f"did you mean `.{near}`?" if near else "give it one in __init__")  # fmt: skip
        if isinstance(found, Closure | Function):
            return Method(found, receiver)
        if isinstance(found, Wrapped):
            if found.how == "property":
                return self.applied(found.function, [receiver], {})
            if found.how == "classmethod":
                return Method(found.function, receiver.klass)
            return found.function
        return found

    # ── what Python asks of objects ─────────────────────────────────────────────────────────────────────
    def asked(self, value: Instance, name: str, *arguments: Value) -> Value:
        """What a method with two underscores gives; `Klass` itself where the class has none."""
        found = value.klass.find(name)
        return Klass if found is Klass else self.applied(found, [value, *arguments], {})

    def truth_of_object(self, value: Instance) -> bool:
        """`__bool__`, `__len__`, else True."""
        for name in ("__bool__", "__len__"):
            found = self.asked(value, name)
            if found is not Klass:
                return self.truth(found)
        return True

    def elements_of_object(self, value: Instance, place: ast.AST | None) -> list[Value]:
        """`__iter__` where it gives something to go through; else `__len__` and `__getitem__`."""
        found = self.asked(value, "__iter__")
        if found is not Klass and found is not value:
            return list(self.elements(found, place))
        if value.klass.find("__len__") is Klass or value.klass.find("__getitem__") is Klass:
            raise Trouble("bad_argument", f"loop: {kind(value)} has no elements to go through",
                          "define __len__ and __getitem__", place=place)
        return [self.asked(value, "__getitem__", i) for i in range(whole(self.asked(value, "__len__")))]

    def operate_on_objects(self, op: type[ast.operator], a: Value, b: Value) -> Value:
        """`__add__` and its like, of the left operand or of the right.  Raises Trouble where neither has it."""
        name = OPERATORS.get(op, "")
        for each, other, spelled in ((a, b, f"__{name}__"), (b, a, f"__r{name}__")):
            if isinstance(each, Instance) and each.klass.find(spelled) is not Klass:
                return self.asked(each, spelled, other)
        raise Trouble("bad_argument", f"operator: {kind(a)} and {kind(b)} do not go together",
                      f"define __{name}__" if name else "leave it out")  # fmt: skip

    def above(self, klass: Value = None, receiver: Value = None) -> Super:
        """`super()`, inside a method."""
        frame: Frame | None = self.frame
        while frame is not None and (frame.closure is None or frame.closure.klass is None):
            frame = frame.parent
        if frame is None or frame.closure is None or frame.closure.klass is None:
            raise Trouble("bad_argument", "super: it stands outside of a method", "use it in a method of a class")
        return Super(klass if isinstance(klass, Klass) else frame.closure.klass, frame.receiver)



