"""What must hold for every op, whatever it is: generated from the records, so a new op is tested by being there."""

import numpy as np
import pytest

from app.engine.checks import gradient_check
from app.engine.errors import IncompleteRecord
from app.engine.graph import Graph, Node
from app.engine.op import INPUT, Op, Worked
from app.engine.ops import FUNCTIONS, METHODS, OPS
from app.engine.passes import differentiate, evaluate, pull, push, quiet
from app.engine.printing import formula, local_formula
from app.engine.run import backprop
from app.engine.scalars import scalar_run

ALL = [op for op in OPS.values() if not op.leaf]
CARRYING = [op for op in ALL if op.differentiable and not op.mask]
SAMPLED = [pytest.param(op, sample, id=f"{op.name}-{i}") for op in CARRYING for i, sample in enumerate(op.samples)]
EVERY_SAMPLE = [pytest.param(op, sample, id=f"{op.name}-{i}") for op in ALL for i, sample in enumerate(op.samples)]


def on_graph(op, inputs, attributes):
    """The op on inputs of a graph (conditions are constants), and a scalar that weighs its elements differently."""
    graph = Graph()
    nodes = [
        graph.leaf(x) if np.asarray(x).dtype == bool else graph.leaf(x, f"x{i}") for i, x in enumerate(inputs)
    ]
    y = graph.add(op, nodes, dict(attributes))
    return nodes, y, weighed(y, 0)


def weighed(y, seed):
    weights = np.random.default_rng(seed).normal(size=y.shape)
    scaled = y * weights
    return OPS["sum"](scaled, axis=tuple(range(y.ndim)), keepdims=False) if y.shape else scaled


@pytest.mark.parametrize("op", ALL, ids=lambda op: op.name)
def test_the_number_worked_by_hand_is_what_the_op_gives(op):
    worked = op.worked
    with quiet():
        np.testing.assert_allclose(op.forward(*worked.inputs, **worked.attributes), worked.value, rtol=1e-14, atol=1e-16)


@pytest.mark.parametrize("op", CARRYING, ids=lambda op: op.name)
def test_the_gradients_worked_by_hand_are_what_the_backward_pass_gives(op):
    worked = op.worked
    assert len(worked.gradients) == len(worked.inputs), f"{op.name}: a gradient (or None) for each operand"
    graph = Graph()
    nodes = [graph.leaf(x, f"x{i}") for i, x in enumerate(worked.inputs)]
    run = backprop(graph, graph.add(op, nodes, dict(worked.attributes)).id)
    for node, expected in zip(nodes, worked.gradients, strict=True):
        if expected is not None:
            np.testing.assert_allclose(run.adjoints[node.id], expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("op", "sample"), SAMPLED)
def test_reverse_mode_agrees_with_central_differences(op, sample):
    _, _, loss = on_graph(op, sample.inputs, sample.attributes)
    checks = gradient_check(backprop(loss.graph, loss.id))
    assert [name for name, check in checks.items() if not check.ok] == []


@pytest.mark.parametrize(("op", "sample"), SAMPLED)
def test_forward_mode_is_the_transpose_of_reverse_mode(op, sample):
    """⟨ȳ, J ẋ⟩ = ⟨Jᵀ ȳ, ẋ⟩ for every operand."""
    draw = np.random.default_rng(1).normal
    inputs = [np.asarray(x)[()] for x in sample.inputs]
    with quiet():
        y = np.asarray(op.forward(*inputs, **sample.attributes))[()]
        for slot, x in enumerate(inputs):
            if op.carries(slot):
                g, tangent = draw(size=np.shape(y)), draw(size=np.shape(x))
                forward = push(op, slot, tangent, inputs, y, sample.attributes)
                backward = pull(op, slot, g, inputs, y, sample.attributes)[1]
                np.testing.assert_allclose(np.sum(g * forward), np.sum(backward * tangent), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("op", "sample"), SAMPLED)
def test_the_gradient_graph_gives_the_same_and_can_be_differentiated_again(op, sample):
    nodes, _, loss = on_graph(op, sample.inputs, sample.attributes)
    graph = loss.graph
    inputs = [node for node in nodes if graph.ops[node.id] is INPUT]
    run = backprop(graph, loss.id)
    written, _ = differentiate(loss, inputs)
    for node in inputs:
        gradient = written.get(node.id)
        if not isinstance(gradient, Node):
            continue
        np.testing.assert_allclose(gradient.value, run.adjoints[node.id], rtol=1e-12, atol=1e-14)
        with graph.deriving(("seed", 0, 0)):
            again = weighed(gradient, 2)
        if isinstance(again, Node) and not graph.ops[again.id].leaf:
            checks = gradient_check(backprop(graph, again.id, wrt=[each.id for each in inputs]))
            assert [name for name, check in checks.items() if not check.ok] == []


@pytest.mark.parametrize(("op", "sample"), SAMPLED)
def test_between_scalars_a_contribution_is_upstream_times_local(op, sample):
    _, _, loss = on_graph(op, sample.inputs, sample.attributes)
    for edge in backprop(loss.graph, loss.id).edges:
        if edge.contribution is not None and np.shape(edge.local) == np.shape(edge.contribution) == ():
            assert edge.local is None or edge.contribution == edge.upstream * edge.local


@pytest.mark.parametrize(("op", "sample"), SAMPLED)
def test_scalar_detail_shows_the_same_values_and_gradients_to_the_last_bit(op, sample):
    nodes, y, loss = on_graph(op, sample.inputs, sample.attributes)
    run = backprop(loss.graph, loss.id)
    names = {f"x{i}": node.id for i, node in enumerate(nodes)} | {"y": y.id}
    unfolded, bindings = scalar_run(run, names)
    for name, binding in bindings.items():
        ids = np.asarray(binding)
        values = np.array([unfolded.values[i] for i in ids.ravel()]).reshape(ids.shape)
        assert np.array_equal(values, run.values[names[name]])
        if names[name] in run.adjoints and name != "y":
            gradients = np.array([unfolded.adjoints[i] for i in ids.ravel()]).reshape(ids.shape)
            assert np.array_equal(gradients, run.adjoints[names[name]])
    again = evaluate(unfolded.graph, {i: unfolded.values[i] for i in unfolded.graph.input_ids()})
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(again, unfolded.values, strict=True))


@pytest.mark.parametrize(("op", "sample"), [each for each in EVERY_SAMPLE if each.values[0].detail])
def test_the_definition_is_what_the_op_computes(op, sample):
    with quiet():
        shown = op.detail(*sample.inputs, **sample.attributes)
        np.testing.assert_allclose(shown, op.forward(*sample.inputs, **sample.attributes), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("op", "sample"), EVERY_SAMPLE)
def test_formulas_print_with_their_brackets_closed(op, sample):
    _, y, _ = on_graph(op, sample.inputs, sample.attributes)
    texts = [formula(y.graph, y.id)]
    texts += [local_formula(y.graph, y.id, slot) for slot in range(len(sample.inputs)) if op.carries(slot)]
    for text in texts:
        assert text
        assert text.count("{") == text.count("}")
        assert text.count(r"\left") == text.count(r"\right")


FLOATS = [op for op in ALL if "python" in op.forms and len(op.slots) <= 3 and not op.variadic]


@pytest.mark.parametrize("op", FLOATS, ids=lambda op: op.name)
def test_the_python_form_gives_what_the_op_gives(op):
    import math

    for sample in op.samples:
        scalars = [np.asarray(x).flat[0].item() for x in sample.inputs]
        texts = [f"({x!r})" for x in scalars]
        shown = eval(op.forms["python"].write(texts, sample.attributes), {"math": math})  # noqa: S307 - our own text
        np.testing.assert_allclose(shown, op.forward(*scalars, **sample.attributes), rtol=1e-14, atol=1e-300)


def test_there_are_at_least_sixty_ops():
    assert len(ALL) >= 60


def test_every_spelling_leads_to_an_op_or_a_function():
    for table in (FUNCTIONS, METHODS):
        assert all(callable(target) for target in table.values())
    for spelling in ("tanh", "np.tanh", "torch.tanh", "F.tanh", "jnp.tanh", "math.tanh", "jax.nn.relu", "F.mse_loss"):
        assert spelling in FUNCTIONS
    assert {"tanh", "sum", "reshape", "relu", "mean", "exp"} <= set(METHODS)


@pytest.mark.parametrize("part", ["doc", "source", "samples", "worked", "forms", "partials"])
def test_a_record_with_a_missing_part_is_refused(part):
    tanh = OPS["tanh"]
    fields = {name: getattr(tanh, name) for name in tanh.__dataclass_fields__}
    empty = {"doc": "", "source": "", "samples": (), "worked": None, "forms": {}, "partials": ()}
    with pytest.raises(IncompleteRecord, match="tanh"):
        Op(**{**fields, part: empty[part]})


def test_a_rule_that_is_wrong_by_a_thousandth_is_caught():
    tanh = OPS["tanh"]
    fields = {name: getattr(tanh, name) for name in tanh.__dataclass_fields__}
    wrong = Op(**{**fields, "partials": (lambda x, y: (1 - y * y) * 1.001,)})
    _, _, loss = on_graph(wrong, (np.array([0.3, -1.2]),), {})
    assert not all(check.ok for check in gradient_check(backprop(loss.graph, loss.id)).values())


EDGES = [
    # op, inputs, value, gradients (None: whatever); as PyTorch has them
    ("pow", (0.0, 0.0), 1.0, (0.0, 0.0)),
    ("pow", (0.0, 2.0), 0.0, (0.0, 0.0)),
    ("pow", (0.0, -1.0), np.inf, (-np.inf, -np.inf)),
    ("pow", (-2.0, 0.5), np.nan, (np.nan, np.nan)),
    ("sqrt", (0.0,), 0.0, (np.inf,)),
    ("log", (0.0,), -np.inf, (np.inf,)),
    ("div", (1.0, 0.0), np.inf, (np.inf, -np.inf)),
    ("exp", (1000.0,), np.inf, (np.inf,)),
    ("sigmoid", (800.0,), 1.0, (0.0,)),
    ("sigmoid", (-800.0,), 0.0, (0.0,)),
    ("relu", (0.0,), 0.0, (0.0,)),
    ("abs", (0.0,), 0.0, (0.0,)),
    ("maximum", (1.0, 1.0), 1.0, (0.5, 0.5)),
    ("clip", (1.0,), 1.0, (1.0,)),
    ("softplus", (1000.0,), 1000.0, (1.0,)),
    ("log_sigmoid", (-1000.0,), -1000.0, (1.0,)),
    ("norm", (np.array([0.0, 0.0]),), 0.0, (np.array([0.0, 0.0]),)),
    ("logsumexp", (np.array([1000.0, 1000.0]),), 1000.0 + np.log(2.0), (np.array([0.5, 0.5]),)),
    ("prod", (np.array([0.0, 3.0, 2.0]),), 0.0, (np.array([6.0, 0.0, 0.0]),)),
    ("prod", (np.array([0.0, 0.0, 2.0]),), 0.0, (np.array([0.0, 0.0, 0.0]),)),
    ("amax", (np.array([2.0, 2.0, 1.0]),), 2.0, (np.array([0.5, 0.5, 0.0]),)),
]
ATTRIBUTES = {
    "norm": {"axis": (0,), "keepdims": False}, "logsumexp": {"axis": (0,), "keepdims": False},
    "prod": {"axis": (0,), "keepdims": False}, "amax": {"axis": (0,), "keepdims": False},
    "clip": {"low": -1.0, "high": 1.0},
}  # fmt: skip


@pytest.mark.parametrize(("name", "inputs", "value", "gradients"), EDGES)
def test_at_the_edges_numbers_are_those_of_pytorch(name, inputs, value, gradients):
    graph = Graph()
    nodes = [graph.leaf(x, f"x{i}") for i, x in enumerate(inputs)]
    with quiet():
        y = graph.add(OPS[name], nodes, dict(ATTRIBUTES.get(name, {})))
    run = backprop(graph, y.id)
    np.testing.assert_allclose(y.value, value, rtol=1e-15)
    for node, expected in zip(nodes, gradients, strict=True):
        np.testing.assert_allclose(run.adjoints[node.id], expected, rtol=1e-15)


def test_a_worked_number_belongs_to_every_op():
    assert all(isinstance(op.worked, Worked) for op in ALL)
