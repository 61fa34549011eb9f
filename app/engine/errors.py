"""What the engine raises.  Sentences read *place: what is, what must be — what to do*."""


class EngineError(Exception):
    """The root of everything the engine raises; `code` is the word that the wire uses for it."""

    code = "engine_error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ShapeMismatch(EngineError):
    """Operands whose shapes do not go together."""

    code = "shape_mismatch"


class BadArgument(EngineError):
    """An argument that the op cannot take: an axis that is not there, a negative size, a wrong keyword."""

    code = "bad_argument"


class NotDifferentiable(EngineError):
    """A derivative was asked for where none is defined."""

    code = "not_differentiable"


class BudgetExceeded(EngineError):
    """Work stopped at a limit: `limit` is the limit, `reached` how far the work had come."""

    def __init__(self, message: str, *, limit: float, reached: float) -> None:
        super().__init__(message)
        self.limit = limit
        self.reached = reached


class TooLarge(BudgetExceeded):
    """More nodes or more numbers than the budget allows."""

    code = "too_large"


class DeadlineExceeded(BudgetExceeded):
    """The time that the caller gave is over."""

    code = "deadline_exceeded"


class IncompleteRecord(TypeError):
    """An op record with a missing or contradictory part: a mistake in the source, raised at import."""
