"""The documented shape of the replies, which are written as plain data; a test validates them against these models."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.problem import Span

SCHEMA_VERSION = "1.0"

Number = float | Literal["NaN", "Infinity", "-Infinity"]


class Documented(BaseModel):
    """Base of all reply models: nothing that is not documented."""

    model_config = ConfigDict(extra="forbid")


class Summary(Documented):
    """What stands for an array above `max_elements`; the statistics are over its finite elements."""

    shape: list[int]
    min: Number | None
    max: Number | None
    mean: Number | None
    norm: Number | None
    nans: int
    infs: int
    truncated: Literal[True]


Sent = Number | list[Any] | Summary
"""A number, nested lists, or a `Summary`."""
SentOrNull = Sent | None


class Output(Documented):
    """The node that is differentiated."""

    node: str = Field(description="its id in `nodes`")
    name: str | None = Field(description="the variable that was asked for, if it has a name")
    shape: list[int]
    value: Sent


class NodeReply(Documented):
    """One node of the graph, with its value and its gradient."""

    id: str = Field(description="such as `n3`; the same text has the same ids")
    name: str | None = Field(description="the first variable that it is bound to")
    op: str | None = Field(description="name of the op, see /api/v1/ops; null for inputs and constants")
    noun: str = Field(description="what people call it, such as `product`, `hyperbolic tangent`, `input`")
    kind: Literal["input", "constant", "op"] = Field(description="inputs can be given, constants stand in the text")
    label: str = Field(description="plain text such as `x·y`")
    glyph: str = Field(description="the op alone, such as `·` or `sin`")
    attributes: dict[str, Any] = Field(description="what the op was told beside its operands, such as `axis`")
    inputs: list[str] = Field(description="ids of its operands, by slot")
    shape: list[int] = Field(description="the lengths of its axes; empty for a number")
    value: Sent
    grad: SentOrNull = Field(description="∂output/∂node, of the node's shape; null where no gradient flows")
    level: int = Field(description="depth from the inputs")
    back_level: int | None = Field(description="depth from the output; null where the backward pass does not come")
    scope: list[str] = Field(description="the calls and loops that it stands in, outermost first")
    span: Span | None = Field(description="where in the program it stands")
    formula: str | None = Field(description="TeX, when `include` has `formulas`")
    flags: list[str] = Field(description="codes of the notes about this node, and `non_finite`")
    opens: str | None = Field(
        description="what `open` has to hold to open this node in place; null where there is nothing to open"
    )


class EdgeReply(Documented):
    """One operand of one node: grad(source) = Σ contribution over its out-edges, plus the seed at the output.

    The sum goes by the targets' `back_level`, then by their place in `nodes`, then by slot: so it is exact.
    """

    id: str = Field(description="`source>target.slot`, such as `n1>n3.0`")
    source: str = Field(description="id of the operand")
    target: str = Field(description="id of the node that takes it")
    slot: int = Field(description="which operand it is; `x*x` has slots 0 and 1")
    local: SentOrNull = Field(description="∂target/∂source where that is a number per element, else null")
    local_formula: str | None = Field(description="TeX, when `include` has `formulas`")
    upstream: SentOrNull = Field(description="gradient of the target")
    contribution: SentOrNull = Field(description="upstream pulled back through this edge, of the source's shape")


class StepReply(Documented):
    """One step of the forward or backward pass."""

    index: int
    phase: Literal["forward", "backward", "tangent"] = Field(description="`tangent` in /jvp alone")
    level: int = Field(description="depth from the inputs forward, of the edge's target from the output backward")
    kind: Literal["evaluate", "seed", "multiply", "accumulate"] = Field(
        description="in a level of the backward pass first every multiply, then every accumulate"
    )
    node: str = Field(
        description="whose value or gradient this is about; of an edge its source, in phase `tangent` its target"
    )
    edge: str | None
    before: SentOrNull = Field(description="of an accumulate: the gradient (or tangent) so far")
    add: SentOrNull = Field(description="of a seed or an accumulate: what is added to it")
    after: SentOrNull = Field(description="the value, the contribution of a multiply, or the gradient so far")


class CheckReply(Documented):
    """Reverse mode beside central differences, for one variable."""

    reverse: Sent
    central_difference: Sent = Field(description="`NaN` also at elements that were not checked, see `sampled`")
    relative_error: Number = Field(description="largest |reverse − central| / max(1, |reverse|) away from kinks")
    ok: bool = Field(description="both agree; false too where nothing could be compared, see `sampled`")
    kink: bool = Field(description="some element is at a kink: `reverse` is right if it lies between both slopes")
    sampled: int | None = Field(
        description="how many elements were compared; null when all were, 0 where no slope is finite"
    )


class NoteReply(Documented):
    """What is worth knowing but no error: a kink, a NaN, an input that is not used."""

    code: str
    message: str
    node: str | None = None
    span: Span | None = None


class Counts(Documented):
    """Sizes of the graph."""

    nodes: int
    edges: int


class Block(Documented):
    """A column of numbers in the `binary` encoding; items above `max_elements` are missing here, see `truncated`."""

    float64: str = Field(description="base64 of the items' elements, little-endian, one item after the other")
    sizes: list[int] | None = Field(description="elements of each item, -1 for null; null when every item is a scalar")
    truncated: dict[str, Summary] = Field(description="by index: items that are sent as statistics, with size -1")


Column = list[Any] | Block


class LayerReply(Documented):
    """One layer in a run; rows of `z`, `a` and `delta` are examples."""

    name: str = Field(description="`layer 1`, the scope of its nodes")
    type: str
    activation: str | None
    takes: list[int] = Field(description="the shape of what goes in, of one example")
    gives: list[int] = Field(description="the shape of what comes out")
    units: int = Field(description="numbers that come out for a place; of an image its channels")
    parameters: list[str] = Field(description="names such as `W1`; those of layers inside too")
    names: dict[str, str] = Field(description="variables of the program: `z` and `a`")
    z: Sent = Field(description="pre-activation; of a layer without activation, `a`")
    a: Sent = Field(description="activation")
    delta: SentOrNull = Field(description="δ = ∂L/∂z; null where no gradient flows")
    grad_norm: Number | None = Field(description="length of all its parameters' gradients together; null without any")
    delta_norm: Number | None = Field(description="length of `delta`")
    activation_norm: Number = Field(description="mean length of an example's `a`")
    saturated: int = Field(description="units whose slope is nearly 0 for every example")
    dead: int = Field(description="units whose slope is 0 for every example")
    saturated_units: list[int]
    dead_units: list[int]


class FindingReply(Documented):
    """Something wrong with the net."""

    code: str = Field(description="`non_finite`, `symmetric`, `exploding`, `vanishing`, `dead` or `saturated`")
    layer: str | None
    cause: str
    remedy: str
    change: dict[str, Any] = Field(description="new values by path of the configuration: `layers[0].activation`")


class ScalingReply(Documented):
    """x is scaled: (x − mean) / scale, from the training part."""

    mean: Sent
    scale: Sent


class DataReply(Documented):
    """The data of a net."""

    task: str = Field(description="`classification` or `regression`")
    classes: int
    samples: int = Field(description="examples in this run")
    test_samples: int
    standardize: ScalingReply | None


class NetworkReply(Documented):
    """The net itself."""

    summary: str = Field(description="`2 → 3 tanh → 1 linear, mse`")
    output: str = Field(description="variable of the last layer's output")
    parameters: list[str] = Field(description="in the order of the layers; their values are in `values`")
    weights: list[str] = Field(description="those that regularisers count")
    open: list[str] = Field(
        description="arrays too large to stand in `program`: it runs with these of `values` as `inputs`"
    )
    losses: Sent = Field(description="of each example")
    data: DataReply


class BackpropReply(Documented):
    """The whole run. With `encoding` `columns` or `binary`, `nodes` and `edges` are one list (or block) per field."""

    schema_version: Literal["1.0"]
    program: str
    output: Output
    values: dict[str, Sent] = Field(description="by variable, of its last binding; of a list as nested lists")
    gradients: dict[str, Sent] = Field(description="by name in `wrt`, of its last binding")
    nodes: list[NodeReply] | dict[str, Column] = Field(description="in forward order; the backward pass is its reverse")
    edges: list[EdgeReply] | dict[str, Column] = Field(description="by target, then by slot")
    steps: list[StepReply] | None = Field(default=None, description="when `include` has `steps`")
    checks: dict[str, CheckReply] | None = Field(
        default=None,
        description="when `include` has `checks`; an input whose name is bound again goes by its node's id",
    )
    notes: list[NoteReply]
    printed: list[str] = Field(description="what the program printed, line by line")
    counts: Counts
    loss: Sent | None = Field(default=None, description="of a `network`: the loss of its data")
    layers: list[LayerReply] | None = Field(default=None, description="of a `network`: every layer, in order")
    health: list[FindingReply] | None = Field(default=None, description="of a `network`: what is wrong with it")
    network: NetworkReply | None = Field(default=None, description="of a `network`: what else is to be known of it")
