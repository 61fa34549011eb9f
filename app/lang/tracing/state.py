"""What one program keeps while it runs, beside its graph."""

import ast
from typing import Any

from app.engine.graph import Span
from app.lang.objects import Instance
from app.lang.scan import Facts
from app.lang.values import Number, Value

SpanNote = tuple[str, str, Span | None]


class State:
    """Plain containers, each written by one part of the tracer."""

    def __init__(self) -> None:
        self.facts = Facts()
        self.notes: list[SpanNote] = []
        self.statement: ast.stmt | None = None  # the one that runs
        self.immutable = False  # the program's arrays are JAX's, which never change in place
        # calls and scopes
        self.path: list[tuple[str, ast.expr | None]] = []
        self.scopes: dict[tuple[str, ...], int] = {}
        self.scope_of_instance: tuple[tuple[str, ...], Instance] | None = None
        self.branches: set[tuple[ast.expr, bool]] = set()
        self.own_names: dict[ast.AST, frozenset[str]] = {}
        # inputs
        self.input_values: dict[str, Value] = {}
        self.literals: set[str] = set()  # names that an override may give another value
        self.parts: dict[str, Value] = {}  # inputs inside of objects, lists and dicts, as they are held there
        self.whole_lists: set[int] = set()  # nodes of inputs that were written as lists of whole numbers: perhaps sizes
        self.counted: set[int] = set()  # nodes of lists that were asked for their length, or used as a shape
        self.unnamed: set[int] = set()  # nodes that wait for a name
        self.unnamed_numbers: set[Number] = set()
        self.rows: dict[int, tuple[Value, list[Value]]] = {}  # by the node of an array: it, and its rows in a loop
        self.brought: dict[str, dict[str, Value]] = {}  # by module: what its text binds
        # memory
        self.writes = 0  # how often anything was changed in place
        self.uneven: set[int] = set()  # nodes whose order in memory NumPy would keep and we do not
        # gradients
        self.differentiated = False  # a gradient was written into the graph
        self.backwards: list[int] = []  # the outputs that were gone back from, in order
        self.trainable: list[Value] = []
        self.trained_ids: set[int] = set()  # by identity; the list holds them, so none is used again
        self.outdated: dict[int, str] = {}  # nodes of values that were given other numbers since, with their names
        self.frozen: set[int] = set()  # by identity: values that were told to have no gradient
        self.parameters: set[int] = set()  # nodes of parameters after a change
        self.held: dict[int, Any] = {}  # by identity of a value: what its .grad holds
        self.slope_numbers: dict[int, dict[int, Any]] = {}  # by output: adjoints as numbers
        self.slope_nodes: dict[int, dict[int, Any]] = {}  # by output: adjoints as nodes
