"""`with jax.named_scope(name):` names what is computed inside it, and changes no number and no gradient."""

from app.lang import trace
from tests.lang.tools import codes, run, value

LAYERS = """
x = np.array([1.0, 2.0])
with jax.named_scope("layer 1"):
    z = 2 * x
    with jax.named_scope("inside"):
        a = tanh(z)
y = a.sum()
"""


def scopes(source: str) -> list[tuple[str, ...]]:
    """Of every node that is computed."""
    graph = trace(source).graph
    return [scope for scope, op in zip(graph.scopes, graph.ops, strict=True) if not op.leaf]


def test_what_is_computed_in_a_named_scope_stands_in_it_and_what_follows_does_not() -> None:
    assert scopes(LAYERS) == [("layer 1",), ("layer 1", "inside"), ()]


def test_a_named_scope_changes_no_number_and_no_gradient() -> None:
    plain = "x = np.array([1.0, 2.0])\nz = 2*x\na = tanh(z)\ny = a.sum()"
    named, alone = run(LAYERS), run(plain)
    assert (named.value("y"), named.grad("x").tolist()) == (alone.value("y"), alone.grad("x").tolist())


def test_the_same_name_again_is_another_scope() -> None:
    twice = 'x = 1.0\nfor k in range(2):\n    with jax.named_scope("step"):\n        x = x * 2\n'
    assert scopes("with jax.named_scope('s'):\n    a = 2 * sin(1.0)\nwith jax.named_scope('s'):\n    b = sin(a)")[
        -1
    ] == ("s (2)",)
    assert value(twice) == 4.0


def test_names_stay_bound_and_a_function_may_return_from_inside() -> None:
    assert value('def f(x):\n    with jax.named_scope("f"):\n        return x * 3\ny = f(2.0) + 1') == 7.0
    after = 'def f(x):\n    with jax.named_scope("f"):\n        return x * 3\ny = f(2.0)\nz = y * y'
    assert scopes(after)[-1] == ()


def test_pytorch_s_record_function_does_the_same() -> None:
    assert scopes('x = 1.0\nwith torch.profiler.record_function("part"):\n    y = x * 2')[0] == ("part",)


def test_a_name_that_is_no_text_is_an_error() -> None:
    assert codes("x = 1.0\nwith jax.named_scope(3):\n    y = x * 2") == ["bad_argument"]
    assert codes("x = 1.0\nwith jax.named_scope():\n    y = x * 2") == ["bad_argument"]


def test_what_no_with_takes_is_said_with_what_it_takes() -> None:
    assert codes("x = 1.0\nwith sin(x):\n    y = x * 2") == ["unsupported_syntax"]
