"""`POST /api/v1/symbolic`: the derivative as a formula, with the rule of every step."""

from typing import Any, Literal

from pydantic import Field

from app.engine.budget import Budget
from app.engine.errors import DeadlineExceeded, EngineError
from app.engine.passes import quiet, reverse
from app.schemas.answers import notes_of
from app.schemas.encode import dump
from app.schemas.numbers import number_to_json
from app.schemas.reply import SCHEMA_VERSION, Documented, NoteReply, Number
from app.schemas.running import Lap
from app.schemas.single import Single, check_reply, single
from app.schemas.subject import Subject
from app.symbolic.gradient import SERVICE
from app.symbolic.service import Stopped
from app.symbolic.steps import RuleStep, rule_steps
from app.symbolic.translate import Expression, expression

SECONDS, SIMPLIFY_SECONDS = 2.0, 1.0
"""Of the child's work for the derivative by the rules, and then for making it simpler."""


class SymbolicRequest(Subject):
    """A program, and the number to differentiate by."""

    variable: str | None = Field(
        default=None, max_length=200, description="a number: `x`, one of an array as `W[0,1]`, or a node's id; "
        "default: the first of `wrt`, of an array its first number",
    )  # fmt: skip

    @property
    def alike(self) -> None:
        """Nothing is alike: most of the time is spent waiting for another process."""
        return None


class Formula(Documented):
    """An expression in four spellings; null where it is too long, or the language lacks a function that it needs."""

    text: str | None
    latex: str | None
    python: str | None = Field(description="`import math` and `def derivative(x, …)`")
    rust: str | None = Field(description="`fn derivative(x: f64, …) -> f64`")


class StepOfRule(Documented):
    """One node differentiated by one rule, from the output inwards."""

    rule: str = Field(description="`product`, `power`, `trigonometric`, … or `derivative of relu`")
    chain: bool = Field(description="whether the chain rule goes on inside")
    nodes: list[str] = Field(description="ids, as in the reply of /backprop to the same subject")
    expression: str = Field(description="TeX of the node")
    before: str = Field(description="TeX of what is differentiated")
    after: str = Field(description="TeX of what the rule makes of it")
    value: Number = Field(description="the node's own derivative by the variable, at this point")


class SymbolicReply(Documented):
    """The derivative as a formula; `form` says what `text`, `latex`, `python` and `rust` hold."""

    schema_version: Literal["1.0"]
    program: str
    output: str
    variable: str = Field(description="name of the number that is differentiated by")
    variable_node: str
    form: Literal["simplified", "unsimplified", "none"]
    text: str | None
    latex: str | None
    python: str | None
    rust: str | None
    why: str | None = Field(description="why it is not simplified, or why there is no formula")
    function: Formula | None = Field(description="what is differentiated, written out; its code is called derivative")
    unsimplified: Formula | None = Field(description="as the rules give it")
    value: Number | None = Field(description="the formula at this point, evaluated with 36 digits")
    reverse: Number = Field(description="the same by reverse mode")
    steps: list[StepOfRule]
    notes: list[NoteReply]


EXAMPLES: dict[str, Any] = {
    "lecture": {"summary": "A chain", "value": {"program": "x = 3.0\ny = sin(x**2)", "variable": "x"}},
    "weight": {
        "summary": "By one weight",
        "value": {"program": "w = [0.5, -1.0]\nx = [2.0, 1.0]\nL = tanh(w @ x)**2", "variable": "w[1]"},
    },
}
"""Shown in the reference, and run by a test."""


def answer_symbolic(request: SymbolicRequest, budget: Budget, reply_elements: int, lap: Lap) -> bytes:
    """The reply of `POST /api/v1/symbolic`, encoded.  Raises LangError, EngineError, FieldError."""
    program = single(request, budget, lap)
    variable = program.variable(request.variable)
    graph, output = program.graph, program.output
    with quiet():
        adjoint = reverse(graph, graph.values, output, 1.0, (variable,))[0].get(variable, 0.0)
        steps = rule_steps(graph, output, variable)
    check_reply(2 + len(steps), reply_elements, "the derivation", "choose an output nearer to the variable")
    lap("steps")
    found = _formulas(program, variable, budget)
    lap("symbolic")
    return dump({
        "schema_version": SCHEMA_VERSION, "program": program.ran.subject.program,
        "output": program.ran.id(program.ran.run.output),
        "variable": graph.names[variable] or f"n{variable}", "variable_node": program.id(variable),
        **found, "reverse": number_to_json(float(adjoint)),
        "steps": [_step(program, each) for each in steps], "notes": notes_of(program.ran),
    })  # fmt: skip


def _step(program: Single, step: RuleStep) -> dict[str, Any]:
    return {
        "rule": step.rule, "chain": step.chain, "nodes": [program.id(step.node)], "expression": step.expression,
        "before": step.before, "after": step.after, "value": number_to_json(float(step.value)),
    }  # fmt: skip


def _formulas(program: Single, variable: int, budget: Budget) -> dict[str, Any]:
    nothing = dict.fromkeys(("text", "latex", "python", "rust", "function", "unsimplified", "value"))
    try:
        formula = expression(program.graph, program.output, [variable])
    except EngineError as error:
        budget.check_time(len(program.graph))
        return {**nothing, "form": "none", "why": error.message}
    if variable not in formula.place:
        formula.place[variable] = len(formula.nodes)
        formula.nodes.append(["symbol", program.graph.names[variable] or f"v{variable}"])
        formula.names[str(formula.nodes[-1][1])] = {"latex": "x", "code": "x"}
    return nothing | _asked(formula, formula.place[program.output], formula.place[variable], budget)


def _asked(formula: Expression, output: int, variable: int, budget: Budget) -> dict[str, Any]:
    """What the child process says: the derivative by the rules, then simplified, as far as it comes in time."""
    task = {
        "job": "derivative", "nodes": formula.nodes, "output": output, "variable": variable, "point": formula.point,
        "names": formula.names, "seconds": [SECONDS, SIMPLIFY_SECONDS],
    }  # fmt: skip
    said: list[dict[str, Any]] = []
    late = "it took too long"
    try:
        for each in SERVICE.ask(task, budget.deadline):
            said.append(each)
    except Stopped as stopped:
        late = "it took more memory than there is" if str(stopped) == MemoryError.__name__ else late
    except DeadlineExceeded:
        if not said:
            raise
    if not said:
        return {"form": "none", "why": f"symbolic: too large to differentiate as a formula, {late}"}
    first, last = said[0], said[-1]
    simple = last.get("simplified")
    shown = simple or first["derivative"]
    why = None if simple else f"too large to simplify: {last.get('why', late)}"
    if shown["text"] is None:
        why = "the derivative is too long to be written out"
    return {
        **shown, "form": "none" if shown["text"] is None else "simplified" if simple else "unsimplified", "why": why,
        "function": first["function"], "unsimplified": first["derivative"], "value": number_to_json(first["value"]),
    }  # fmt: skip
