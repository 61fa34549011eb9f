"""Modules that hold modules or parameters: `nn.Sequential`, `nn.ModuleList`, `nn.ParameterDict`."""

from app.lang.display import concrete
from app.lang.neural.modules import BUFFERS, MODULE, Tracer, Work, children, is_module, start
from app.lang.objects import Instance, Klass, special
from app.lang.values import Value, whole


def elements(t: Tracer, self: Instance) -> list[Value]:
    """What a module of modules or of parameters holds, under the names 0, 1, …"""
    return [each for name, each in self.attributes.items() if name.isdigit()]


def make_several(t: Tracer, self: Instance, *several: Value) -> None:
    """`nn.Sequential(a, b)`, `nn.ModuleList([a, b])`: modules under the names 0, 1, …"""
    start(t, self)
    if len(several) == 1 and isinstance(several[0], dict):
        put_all(t, self, several[0])
        return
    if len(several) == 1 and (isinstance(several[0], list | tuple) or not is_module(several[0])):
        several = tuple(t.elements(several[0]))
    for each in several:
        append(t, self, each)


def append(t: Tracer, self: Instance, one: Value) -> Instance:
    """One more."""
    self.attributes[str(len(elements(t, self)))] = t.kept(one)
    return self


def extend(t: Tracer, self: Instance, several: Value) -> Instance:
    """Several more."""
    for each in t.elements(several):
        append(t, self, each)
    return self


def in_turn(t: Tracer, self: Instance, x: Value) -> Value:
    """One module after the other, each in a scope of its own."""
    scope = t.graph.scope
    for i, each in enumerate(children(t, self)):
        t.graph.scope = t.opened(f"{each.klass.name.lower()} {i}")
        t.scope_of_instance = (t.graph.scope, each)
        x = t.applied(each, [x], {})
        t.graph.scope = scope
    return x


def one_of(held: Work) -> Work:
    """`several[0]`, `several[:2]`."""
    def work(t: Tracer, self: Instance, key: Value) -> Value:
        several = held(t, self)
        if not isinstance(key, slice):
            return several[whole(concrete(key))]
        made = Instance(self.klass)
        make_several(t, made, *several[key])
        return made
    return work


def put_all(t: Tracer, self: Instance, named: Value) -> None:
    """Modules or parameters under names of their own."""
    for name, each in named.items() if isinstance(named, dict) else map(t.elements, t.elements(named)):
        self.attributes[str(name)] = t.kept(each)


def make_dict(t: Tracer, self: Instance, named: Value = ()) -> None:
    """`nn.ModuleDict({"name": module})`."""
    start(t, self)
    put_all(t, self, named)


def names(t: Tracer, self: Instance) -> list[Value]:
    """The names in a module of named modules or parameters."""
    return [name for name in self.attributes if name not in ("training", BUFFERS)]


def values(t: Tracer, self: Instance) -> list[Value]:
    """What stands under them."""
    return [self.attributes[name] for name in names(t, self)]


def set_one(t: Tracer, self: Instance, key: Value, one: Value) -> None:
    """`several[key] = one`."""
    self.attributes[str(concrete(key))] = t.kept(one)


def holder(name: str, held: Work, **more: Work) -> Klass:
    """A class whose objects hold modules or parameters in order."""
    work: dict[str, Work] = {
        "__init__": make_several, "append": append, "extend": extend, "__getitem__": one_of(held),
        "__setitem__": set_one, "__len__": lambda t, self: len(held(t, self)), "__iter__": held, **more,
    }  # fmt: skip
    return Klass(name, (MODULE,), {each: special(f"nn.{name}", how) for each, how in work.items()})


def holder_by_name(name: str) -> Klass:
    """A class whose objects hold modules or parameters by name."""
    work: dict[str, Work] = {
        "__init__": make_dict, "__getitem__": lambda t, self, key: self.attributes[key], "__setitem__": set_one,
        "__contains__": lambda t, self, key: key in names(t, self), "__iter__": names, "keys": names,
        "__len__": lambda t, self: len(names(t, self)), "values": values, "update": put_all,
        "items": lambda t, self: list(zip(names(t, self), values(t, self), strict=True)),
    }  # fmt: skip
    return Klass(name, (MODULE,), {each: special(f"nn.{name}", how) for each, how in work.items()})


HOLDERS = (
    holder("Sequential", children, forward=in_turn), holder("ModuleList", children),
    holder("ParameterList", elements), holder_by_name("ModuleDict"), holder_by_name("ParameterDict"),
)  # fmt: skip
"""Modules that hold others."""
