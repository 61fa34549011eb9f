"""Batch normalization with running statistics: `F.batch_norm`, `nn.BatchNorm1d` and `nn.BatchNorm2d`.

Source: PyTorch reference, torch.nn.BatchNorm1d.  While training a batch is normalised by its own mean and its variance
divided by n; the running variance takes the one divided by n - 1.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from app.engine.graph import Node
from app.lang.chances.generators import size_of
from app.lang.display import concrete
from app.lang.neural.modules import Tracer, Work, keep_buffer, layer
from app.lang.objects import Instance
from app.lang.values import Number, Stopped, Value


def batch_norm(
    t: Tracer, input: Value, running_mean: Value = None, running_var: Value = None, weight: Value = None,
    bias: Value = None, training: Value = False, momentum: Value = 0.1, eps: Value = 1e-5,
) -> Value:  # fmt: skip
    """`F.batch_norm`; in training the running statistics move towards the batch's.  Raises ValueError."""
    learns = t.truth(training)
    if learns:
        check_batch(np.shape(concrete(input)))
    settings = {"training": learns, "momentum": momentum, "eps": eps}
    means = [None, None] if learns else [running_mean, running_var]
    found = t.call_named("F.batch_norm", [input, *means, weight, bias], settings)
    if learns:
        learn(t, concrete(input), running_mean, running_var, float(concrete(momentum)))
    return found


def check_batch(form: tuple[int, ...]) -> None:
    """Raise where a channel has a single number, whose variance says nothing."""
    if len(form) > 1 and np.prod(form) == form[1]:
        raise ValueError(f"the batch is {form}, each channel must have more than one number in training")


def learn(t: Tracer, batch: Any, running_mean: Value, running_var: Value, share: float) -> None:
    """Move running statistics a share of the way towards a batch's; no gradient passes."""
    along = tuple(i for i in range(batch.ndim) if i != 1)
    seen = batch.size // batch.shape[1]
    for running, now in ((running_mean, batch.mean(along)), (running_var, batch.var(along) * seen / (seen - 1))):
        running = running.value if isinstance(running, Stopped) else running
        if isinstance(running, Node | Number):
            t.write(running, t.graph.leaf((1 - share) * concrete(running) + share * now))


def make(
    t: Tracer, own: dict[str, Value], num_features: Value, eps: Value = 1e-5, momentum: Value = 0.1,
    affine: Value = True, track_running_stats: Value = True,
) -> None:  # fmt: skip
    """Weight 1 and bias 0, running mean 0 and running variance 1."""
    features, learned, tracked = t.count(num_features), t.truth(affine), t.truth(track_running_stats)
    size = size_of((features,), t.budget) or ()
    own |= {"num_features": features, "eps": float(concrete(eps)), "momentum": concrete(momentum)}
    own |= {"affine": learned, "track_running_stats": tracked}
    own |= {name: t.trained(np.full(size, fill)) if learned else None
            for name, fill in (("weight", 1.0), ("bias", 0.0))}  # fmt: skip


def forget(t: Tracer, self: Instance) -> None:
    """`reset_running_stats()`."""
    size = (self.attributes["num_features"],)
    for name, fill in (("running_mean", 0.0), ("running_var", 1.0)):
        keep_buffer(t, self, name, np.full(size, fill))
    self.attributes["num_batches_tracked"] = 0


def norm(axes: tuple[int, ...]) -> Work:
    """The forward of a class whose batches have so many axes.  Raises ValueError for others."""
    def forward(t: Tracer, own: dict[str, Value], x: Value) -> Value:
        rank = np.ndim(concrete(x))
        if rank not in axes:
            raise ValueError(f"the batch has {rank} axes, it must have {' or '.join(map(str, axes))}")
        mean, variance, share = own["running_mean"], own["running_var"], own["momentum"]
        if own["training"] and mean is not None:
            own["num_batches_tracked"] += 1
            share = 1 / own["num_batches_tracked"] if share is None else share
        learns = own["training"] or mean is None
        return batch_norm(t, x, mean, variance, own["weight"], own["bias"], learns, share, own["eps"])
    return forward


def start_statistics(t: Tracer, self: Instance) -> None:
    """Running statistics, where they are kept."""
    if self.attributes["track_running_stats"]:
        forget(t, self)
    else:
        self.attributes |= {"running_mean": None, "running_var": None, "num_batches_tracked": None}


BATCH_NORMS = tuple(
    layer(name, make, norm(axes), after=start_statistics, reset_running_stats=forget)
    for name, axes in (("BatchNorm1d", (2, 3)), ("BatchNorm2d", (4,)))
)
"""The classes."""
FUNCTIONAL: Mapping[str, Work] = {"F.batch_norm": batch_norm}
"""The function, by name."""
