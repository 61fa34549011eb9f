"""`jax.lax`'s loops and branches, run as Python's own: `scan`, `fori_loop`, `while_loop`, `cond`."""

from collections.abc import Callable, Mapping
from typing import Any

from app.lang.called.derivatives import metered, numbers_in, rebuilt
from app.lang.values import Value, whole

Tracer = Any


def scan(
    t: Tracer, f: Value, init: Value, xs: Value = None, length: Value = None, reverse: Value = False, **_: Value
) -> Value:  # fmt: skip
    """(the last carry, what each step gave, stacked); a step takes the carry and a row.  Raises ValueError."""
    several = [list(t.elements(each)) for each in numbers_in(metered(t, xs)) if each is not None]
    counts = {len(each) for each in several} | ({t.count(length)} if length is not None else set())
    if len(counts) != 1:
        raise ValueError("the rows and the length must be equally many")
    turns = range(counts.pop())
    carry, given = init, []
    for i in reversed(turns) if t.truth(reverse) else turns:
        t.tick()
        row = None if xs is None else rebuilt(xs, iter([each[i] for each in several]))
        carry, one = t.elements(t.applied(f, [carry, row], {}))
        given.append(one)
    given = given[::-1] if t.truth(reverse) else given
    if not given or given[0] is None:
        return carry, None
    columns = zip(*(list(numbers_in(each)) for each in given), strict=True)
    return carry, rebuilt(given[0], iter([t.node(t.stacked(list(each))) for each in columns]))


def fori_loop(t: Tracer, lower: Value, upper: Value, body_fun: Value, init_val: Value, **_: Value) -> Value:
    """`body_fun(i, value)` for each i from lower to below upper."""
    value = init_val
    for i in range(whole(t.plain(lower)), whole(t.plain(upper))):
        t.tick()
        value = t.applied(body_fun, [i, value], {})
    return value


def while_loop(t: Tracer, cond_fun: Value, body_fun: Value, init_val: Value) -> Value:
    """`body_fun(value)` as long as `cond_fun(value)` holds."""
    value = init_val
    while t.truth(t.applied(cond_fun, [value], {})):
        t.tick()
        value = t.applied(body_fun, [value], {})
    return value


def cond(t: Tracer, pred: Value, true_fun: Value, false_fun: Value, *operands: Value) -> Value:
    """One of two functions of the operands."""
    return t.applied(true_fun if t.truth(pred) else false_fun, list(operands), {})


def switch(t: Tracer, index: Value, branches: Value, *operands: Value) -> Value:
    """One of several functions; an index outside counts as the nearest one."""
    several = list(t.elements(branches))
    at = min(max(whole(t.plain(index)), 0), len(several) - 1)
    return t.applied(several[at], list(operands), {})


JAX_LOOPS: Mapping[str, Callable[..., Any]] = {
    "jax.lax.scan": scan, "jax.lax.fori_loop": fori_loop, "jax.lax.while_loop": while_loop, "jax.lax.cond": cond,
    "jax.lax.switch": switch,
}  # fmt: skip
"""By name."""
