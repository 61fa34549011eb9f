"""A training under way: its records as they are sent, and how far it goes in a slice of time."""

from collections.abc import Callable
from typing import Any

from pydantic import Field

from app.engine.budget import Budget
from app.engine.errors import TooLarge
from app.nets.training import Progress, Trainer
from app.schemas.blocks import Arrays, arrays_to_json
from app.schemas.encode import dump
from app.schemas.numbers import number_to_json, tensor_to_json
from app.schemas.reply import SCHEMA_VERSION, Documented, Number, Sent
from app.schemas.training import TrainRequest, layer_names, planned, run_once

Remaining = Callable[[], float]
Record = dict[str, Any]


class Confusion(Documented):
    """How many examples of class i (row) were taken for class j (column)."""

    train: list[list[int]]
    test: list[list[int]] | None = None


class StateReply(Documented):
    """What a training needs beside the parameters to go on bit for bit.  Randomness follows from the step's number."""

    optimizer: dict[str, Number | Arrays] = Field(description="what the optimizer remembers: `velocity`, `m`, `v` …")
    updates: int = Field(description="how many updates it remembers")


class ProgressReply(Documented):
    """What a state is like, over all training examples.  Step 0 is the state before the first update."""

    step: int
    epoch: int = Field(description="passes over the data that are over")
    loss: Number = Field(description="as /backprop gives it, with what l1 and l2 add")
    test_loss: Number | None = Field(description="over the test examples, without what l1 and l2 add")
    accuracy: Number | None
    test_accuracy: Number | None
    gradient_norms: dict[str, Number] = Field(description="of the loss, by layer")
    learning_rate: Number = Field(description="of the update that follows")
    parameters: Arrays | None = Field(default=None, description="at checkpoints")
    state: StateReply | None = Field(default=None, description="at checkpoints, by `state_every`")
    confusion: Confusion | None = Field(default=None, description="beside a state, where there are classes")


class DoneReply(Documented):
    """The end of a stream: the last state, and what the net gives in it."""

    schema_version: str
    program: str
    step: int
    parameters: Arrays
    state: StateReply
    outputs: Sent
    test_outputs: Sent
    confusion: Confusion | None


class TrainReply(DoneReply):
    """All of it in one."""

    history: list[ProgressReply]


class Session:
    """A training on its way.  `work` is called again and again until `over`."""

    def __init__(self, request: TrainRequest, budget: Callable[[], Budget], reply_elements: int) -> None:
        """Compile, and run the net's program once, so that what is wrong with it is said before anything is sent.

        Raises LangError, EngineError, FieldError, FieldErrors; TooLarge also for more records than may be sent.
        """
        net, plan, start = planned(request)
        self.request, self.net = request, net
        self._budget = budget
        run_once(net, budget())
        self.trainer = Trainer(net, plan, lambda: self._budget(), start)
        self._told = -1
        self._refuse_large(reply_elements)

    def _refuse_large(self, most: int) -> None:
        request, steps = self.request, self.trainer.plan.last - self.trainer.step
        size, kept = self.trainer.executor.layout.size, len(self.trainer.state)
        per_record = 8 + len(layer_names(self.net))
        every = request.checkpoint_every or max(1, steps)
        state_every = request.state_every or every
        count = (steps // request.progress_every + 2) * per_record + (steps // every + 2) * size
        count += (steps // state_every + 2) * size * kept
        if count > most:
            raise TooLarge(
                f"reply: its records would hold about {count:,} numbers, the limit is {most:,}"
                " — raise progress_every or checkpoint_every, or take fewer steps", limit=most, reached=count,
            )  # fmt: skip

    @property
    def over(self) -> bool:
        """Whether the last step is done and told."""
        return self.trainer.over and self._told == self.trainer.step

    def allow(self, budget: Callable[[], Budget]) -> None:
        """What each run of the net's program may take from now on."""
        self._budget = budget

    def work(self, remaining: Remaining, budget: Callable[[], Budget]) -> tuple[list[Record], int]:
        """Records of what was done until `remaining` is 0, and the number of updates: at least one, or one record."""
        self.allow(budget)
        found: list[Record] = []
        trainer, begun = self.trainer, self.trainer.step
        while not self.over:
            if self._told != trainer.step:
                if self._at(self.request.progress_every) or self._with_parameters:
                    found.append(self.record())
                self._told = trainer.step
            if not trainer.over:
                trainer.advance()
            if remaining() <= 0:
                break
        return found, trainer.step - begun

    def _at(self, every: int | None) -> bool:
        """Whether a record of every so many steps is due: from the first state on, and at the end."""
        return self.trainer.over or (every is not None and (self._told < 0 or self.trainer.step % every == 0))

    @property
    def _with_state(self) -> bool:
        return self._at(self.request.state_every or self.request.checkpoint_every)

    @property
    def _with_parameters(self) -> bool:
        return self._at(self.request.checkpoint_every) or self._with_state

    def record(self, *, whole: bool = False) -> Record:
        """The present state; `whole`: as a checkpoint with its state, whatever is due."""
        found = progress_to_json(self.trainer.progress())
        if whole or self._with_parameters:
            found["parameters"] = arrays_to_json(self.trainer.parameters(), self.request.encoding)
        if whole or self._with_state:
            found["state"] = self._state_to_json()
            confusion = self.trainer.confusions()
            found |= {"confusion": confusion} if confusion is not None else {}
        return found

    def _state_to_json(self) -> dict[str, Any]:
        kept = self.trainer.checkpoint()
        optimizer = {
            name: number_to_json(value) if isinstance(value, float) else arrays_to_json(value, self.request.encoding)
            for name, value in kept.optimizer.items()
        }
        return {"optimizer": optimizer, "updates": kept.updates}

    def done(self) -> Record:
        """The last state, and what the net gives in it."""
        most = self.request.max_elements
        train, test = self.trainer.outputs()
        return {
            "schema_version": SCHEMA_VERSION,
            "program": self.net.program,
            "step": self.trainer.step,
            "parameters": arrays_to_json(self.trainer.parameters(), self.request.encoding),
            "state": self._state_to_json(),
            "outputs": tensor_to_json(train, most),
            "test_outputs": tensor_to_json(test, most),
            "confusion": self.trainer.confusions(),
        }


def progress_to_json(each: Progress) -> Record:
    """`ProgressReply`, without parameters."""

    def number(value: float | None) -> Any:
        return None if value is None else number_to_json(value)

    return {
        "step": each.step,
        "epoch": each.epoch,
        "loss": number(each.loss),
        "test_loss": number(each.test_loss),
        "accuracy": number(each.accuracy),
        "test_accuracy": number(each.test_accuracy),
        "gradient_norms": {name: number(value) for name, value in each.gradient_norms.items()},
        "learning_rate": number(each.learning_rate),
    }


def event(name: str, record: Record) -> bytes:
    """One server-sent event; a record's step is the event's id."""
    head = f"event: {name}\n" + (f"id: {record['step']}\n" if "step" in record else "")
    return head.encode() + b"data: " + dump(record) + b"\n\n"
