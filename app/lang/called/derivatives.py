"""Functions that differentiate: `jax.grad`, `value_and_grad`, `torch.autograd.grad`, and what stands beside them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from app.lang.errors import Trouble
from app.lang.objects import CALLABLE, Instance, NamedScope, NoGrad, special
from app.lang.values import Function, Stopped, Value, kind, whole

Tracer = Any
LONGEST_SCOPE = 60
"""Characters of a name given to a scope."""


def grad(values_too: bool) -> Callable[..., Any]:
    """`jax.grad(f, argnums)`: the function that gives the gradient; `value_and_grad` gives the value beside it."""
    def make(t: Tracer, fun: Value, argnums: Value = 0, has_aux: Value = False, **_: Value) -> Value:
        if not isinstance(fun, (*CALLABLE, Instance)):
            raise TypeError(f"{kind(fun)} is no function")
        several = isinstance(argnums, list | tuple)
        wanted = [whole(each) for each in argnums] if several else [whole(argnums)]

        def derivative(t: Tracer, *arguments: Value, **options: Value) -> Value:
            if any(not -len(arguments) <= i < len(arguments) for i in wanted):
                raise TypeError(f"it is differentiated by argument {wanted[0]}, {len(arguments)} are given")
            by = [i % len(arguments) for i in wanted]
            given = list(arguments)
            for i in by:
                given[i] = t.differentiable(fun, i, given[i])
            value = t.applied(fun, list(given), options)
            out, aux = (t.elements(value) if has_aux else (value, None))
            found = [gradients(t, out, given[i]) for i in by]
            result = tuple(found) if several else found[0]
            first = (out, aux) if has_aux else out
            return (first, result) if values_too else (result, aux) if has_aux else result

        return Function("grad", derivative, special=True, receiver=fun)

    return make


def gradients(t: Tracer, output: Value, value: Value) -> Value:
    """The gradient by a value; by a list, tuple or dict one of its form."""
    numbers = list(numbers_in(metered(t, value)))
    if t.node(output).shape:
        raise TypeError(f"the function gives an array of shape {t.node(output).shape}, it must give one number")
    found = iter(t.gradient(output, numbers))
    return rebuilt(value, found)


def metered(t: Tracer, value: Value) -> Value:
    """The same, every list in it counted."""
    return t.meter.take_list(value) if isinstance(value, list | tuple | dict) else value


def numbers_in(value: Value) -> Any:
    """The numbers and arrays inside, in order."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from numbers_in(each)
    else:
        yield value


def rebuilt(value: Value, found: Any) -> Value:
    """Of the same form, with what was found in place of the numbers."""
    if isinstance(value, dict):
        return {key: rebuilt(each, found) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(rebuilt(each, found) for each in value)
    return next(found)


def tree_map(t: Tracer, fun: Value, tree: Value, *others: Value) -> Value:
    """`jax.tree.map`: a function of the numbers inside, side by side."""
    sides = [list(numbers_in(metered(t, each))) for each in (tree, *others)]
    if len({len(each) for each in sides}) > 1:
        raise ValueError("they have different forms")
    found = (t.applied(fun, list(each), {}) for each in zip(*sides, strict=True))
    return rebuilt(tree, found)


def torch_grad(
    t: Tracer, outputs: Value, inputs: Value, grad_outputs: Value = None, retain_graph: Value = None,
    create_graph: Value = False, allow_unused: Value = None, **_: Value,
) -> Value:  # fmt: skip
    """`torch.autograd.grad`: a tuple of gradients; without `create_graph` none passes through them."""
    (output,) = outputs if isinstance(outputs, list | tuple) else (outputs,)
    wrt = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
    if t.node(output).shape and grad_outputs is None:
        raise TypeError("the output must be one number, or give grad_outputs")
    (seed,) = grad_outputs if isinstance(grad_outputs, list | tuple) else (grad_outputs,)
    return tuple(t.gradient(output, wrt, seed, cut=not t.truth(create_graph)))


def no_grad(cuts: int) -> Callable[..., Any]:
    """`torch.no_grad()`."""
    return lambda t, *_: NoGrad(cuts)


def named_scope(t: Tracer, name: Value) -> NamedScope:
    """`jax.named_scope(name)`, `torch.profiler.record_function(name)`."""
    if not isinstance(name, str):
        raise TypeError("the name must be a text, such as 'layer 1'")
    return NamedScope(name[:LONGEST_SCOPE])


def jit(t: Tracer, fun: Value, **_: Value) -> Value:
    """`jax.jit(f)` is f here."""
    return fun


def vmap(t: Tracer, fun: Value, in_axes: Value = 0, **_: Value) -> Value:
    """`jax.vmap(f)`: f of every row, stacked."""
    def mapped(t: Tracer, *arguments: Value) -> Value:
        axes = in_axes if isinstance(in_axes, list | tuple) else [in_axes] * len(arguments)
        if any(each not in (0, None) for each in axes):
            raise Trouble("unsupported_syntax", "vmap: only the first axis can be gone along", "use in_axes=0 or None")
        rows = [None if axis is None else t.elements(each) for each, axis in zip(arguments, axes, strict=True)]
        count = {len(each) for each in rows if each is not None}
        if len(count) != 1:
            raise ValueError("the first axes have different lengths")
        turns = range(count.pop())
        found = [t.applied(fun, [arguments[j] if row is None else row[i] for j, row in enumerate(rows)], {})
                 for i in turns]  # fmt: skip
        return t.stacked(found)

    return special("vmap", mapped)


def jacobian(t: Tracer, fun: Value, argnums: Value = 0) -> Value:
    """`jax.jacobian(f)`: a row for every number of the output, each by a pass of its own."""
    i = whole(argnums)

    def rows(t: Tracer, *arguments: Value) -> Value:
        given = list(arguments)
        given[i] = t.differentiable(fun, i, given[i])
        out = t.node(t.applied(fun, list(given), {}))
        found = []
        for at in np.ndindex(out.shape):
            seed = np.zeros(out.shape)
            seed[at] = 1.0
            found.append(t.gradient(out, [given[i]], seed[()])[0])
        if not out.shape:
            return found[0]
        stacked = t.stacked(found)
        return t.call_named("reshape", [stacked, (*out.shape, *t.node(given[i]).shape)], {})

    return special("jacobian", rows)


def hessian(t: Tracer, fun: Value, argnums: Value = 0) -> Value:
    """`jax.hessian(f)`: the jacobian of the gradient."""
    return jacobian(t, grad(False)(t, fun, argnums), argnums)


def clip_norm(t: Tracer, parameters: Value, max_norm: Value, **_: Value) -> Value:
    """`clip_grad_norm_`: gradients shrunk together to a norm, if theirs is larger."""
    several = list(t.elements(parameters))
    squares = [t.call_named("sum", [t.call_named("square", [t.gradient_of(each)], {})], {}) for each in several]
    total = squares[0]
    for each in squares[1:]:
        total = t.arithmetic("add", total, each)
    norm = t.call_named("sqrt", [total], {})
    factor = t.call_named("minimum", [t.arithmetic("div", max_norm, t.arithmetic("add", norm, 1e-6)), 1.0], {})
    for each in several:
        t.set_gradient(each, t.node(t.arithmetic("mul", t.gradient_of(each), factor)))
    return Stopped(norm)


DERIVATIVES: Mapping[str, Callable[..., Any]] = {
    "jax.grad": grad(False), "jax.value_and_grad": grad(True), "grad": grad(False), "value_and_grad": grad(True),
    "autograd.grad": grad(False), "autograd.value_and_grad": grad(True), "autograd.elementwise_grad": grad(False),
    "torch.autograd.grad": torch_grad, "torch.no_grad": no_grad(1), "torch.inference_mode": no_grad(1),
    "torch.enable_grad": no_grad(0), "jax.jit": jit, "torch.compile": jit, "jax.vmap": vmap, "torch.vmap": vmap,
    "jax.jacobian": jacobian, "jax.jacrev": jacobian, "jax.jacfwd": jacobian, "jax.hessian": hessian,
    "autograd.jacobian": jacobian, "autograd.hessian": hessian, "jax.tree.map": tree_map, "jax.tree_map": tree_map,
    "jax.tree_util.tree_map": tree_map, "jax.named_scope": named_scope,
    "torch.profiler.record_function": named_scope, "torch.nn.utils.clip_grad_norm_": clip_norm,
}  # fmt: skip
"""By every spelling."""
