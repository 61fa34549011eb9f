"""The optimizers, by name: a record each."""

from collections.abc import Mapping

from app.engine.optimizers.adadelta import ADADELTA
from app.engine.optimizers.adagrad import ADAGRAD
from app.engine.optimizers.adam import ADAM, ADAMW
from app.engine.optimizers.adamax import ADAMAX
from app.engine.optimizers.lion import LION
from app.engine.optimizers.nadam import NADAM
from app.engine.optimizers.record import Field, Line, Optimizer, Update
from app.engine.optimizers.rmsprop import RMSPROP
from app.engine.optimizers.sgd import SGD

OPTIMIZERS: Mapping[str, Optimizer] = {
    each.name: each for each in (SGD, ADAGRAD, ADADELTA, RMSPROP, ADAM, ADAMW, NADAM, ADAMAX, LION)
}
__all__ = ["OPTIMIZERS", "Field", "Line", "Optimizer", "Update"]
