"""Every op there is.  A family is a file; its records end in a tuple that is listed here."""

from collections.abc import Callable, Mapping
from typing import Any

from app.engine.op import Op
from app.engine.ops.activations import ACTIVATION_FUNCTIONS, ACTIVATIONS
from app.engine.ops.adaptive_pooling import ADAPTIVE, ADAPTIVE_FUNCTIONS
from app.engine.ops.arithmetic import ARITHMETIC
from app.engine.ops.attending import ATTENDING, ATTENDING_FUNCTIONS
from app.engine.ops.class_losses import CLASS_LOSS_FUNCTIONS, CLASS_LOSSES
from app.engine.ops.contractions import CONTRACTION_FUNCTIONS
from app.engine.ops.convolutions import CONVOLUTION_FUNCTIONS, CONVOLUTIONS
from app.engine.ops.elementary import ELEMENTARY
from app.engine.ops.extrema import EXTREMA
from app.engine.ops.hard_activations import HARD_ACTIVATIONS
from app.engine.ops.indexing import INDEXING
from app.engine.ops.joining import JOINING, JOINING_FUNCTIONS
from app.engine.ops.linear import LINEAR, LINEAR_FUNCTIONS
from app.engine.ops.logic import LOGIC
from app.engine.ops.losses import LOSS_FUNCTIONS, LOSSES
from app.engine.ops.matrices import MATRICES, MATRIX_FUNCTIONS
from app.engine.ops.normalise import NORMALISE
from app.engine.ops.pooling import POOLINGS
from app.engine.ops.reductions import REDUCTION_FUNCTIONS, REDUCTIONS
from app.engine.ops.registry import SYNONYMS, Composed, by_name, by_spelling
from app.engine.ops.rounding import ROUNDING, ROUNDING_FUNCTIONS
from app.engine.ops.scans import SCANS
from app.engine.ops.selecting import SELECTING, SELECTING_FUNCTIONS
from app.engine.ops.shaping import SHAPING_FUNCTIONS
from app.engine.ops.spread import SPREAD, SPREAD_FUNCTIONS
from app.engine.ops.standardizing import STANDARDIZING, STANDARDIZING_FUNCTIONS
from app.engine.ops.trigonometric import ANGLE_FUNCTIONS, TRIGONOMETRIC
from app.engine.ops.views import VIEW_FUNCTIONS, VIEWS
from app.engine.ops.windows import WINDOW_FUNCTIONS, WINDOWS
from app.engine.ops.winners import WINNER_FUNCTIONS, WINNERS
from app.engine.structure import STRUCTURAL

FAMILIES: tuple[tuple[Op, ...], ...] = (
    ARITHMETIC, ELEMENTARY, TRIGONOMETRIC, ROUNDING, EXTREMA, LOGIC, ACTIVATIONS, HARD_ACTIVATIONS, REDUCTIONS,
    WINNERS, SPREAD, SCANS, NORMALISE, LOSSES, CLASS_LOSSES, LINEAR, MATRICES, STRUCTURAL, VIEWS, JOINING,
    INDEXING, SELECTING, WINDOWS, CONVOLUTIONS, POOLINGS, ADAPTIVE, STANDARDIZING, ATTENDING,
)  # fmt: skip
COMPOSED: tuple[Composed, ...] = (
    *ANGLE_FUNCTIONS, *ROUNDING_FUNCTIONS, *ACTIVATION_FUNCTIONS, *REDUCTION_FUNCTIONS, *WINNER_FUNCTIONS,
    *SPREAD_FUNCTIONS, *VIEW_FUNCTIONS, *SHAPING_FUNCTIONS, *JOINING_FUNCTIONS, *SELECTING_FUNCTIONS, *LINEAR_FUNCTIONS,
    *MATRIX_FUNCTIONS, *LOSS_FUNCTIONS, *CLASS_LOSS_FUNCTIONS, *WINDOW_FUNCTIONS, *CONVOLUTION_FUNCTIONS,
    *ADAPTIVE_FUNCTIONS, *STANDARDIZING_FUNCTIONS, *ATTENDING_FUNCTIONS, *CONTRACTION_FUNCTIONS,
)  # fmt: skip

OPS: Mapping[str, Op] = by_name(op for family in FAMILIES for op in family)
FUNCTIONS: Mapping[str, Callable[..., Any]] = by_spelling((*OPS.values(), *COMPOSED), methods=False)
METHODS: Mapping[str, Callable[..., Any]] = by_spelling((*OPS.values(), *COMPOSED), methods=True)

__all__ = ["FUNCTIONS", "METHODS", "OPS", "SYNONYMS"]
