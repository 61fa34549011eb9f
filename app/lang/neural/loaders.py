"""`torch.utils.data`: examples side by side, and batches of them."""

from typing import Any

import numpy as np

from app.lang.display import concrete
from app.lang.functions import length as length_of
from app.lang.objects import OBJECT, Instance, Klass, special
from app.lang.values import Value, whole

Tracer = Any


def keep_tensors(t: Tracer, self: Instance, *tensors: Value) -> None:
    """`TensorDataset(X, y)`.  Raises ValueError where they have different lengths."""
    if len({np.shape(concrete(each))[:1] for each in tensors}) != 1:
        raise ValueError("the tensors must have equally many rows")
    self.attributes["tensors"] = tuple(tensors)


def rows(t: Tracer, self: Instance, key: Value) -> tuple[Value, ...]:
    """One example."""
    return tuple(t.call_named("index", [each, whole(concrete(key))], {}) for each in self.attributes["tensors"])


def count(t: Tracer, self: Instance) -> int:
    """How many examples there are."""
    return int(np.shape(concrete(self.attributes["tensors"][0]))[0])


def make_loader(
    t: Tracer, self: Instance, dataset: Value, batch_size: Value = 1, shuffle: Value = False, drop_last: Value = False,
    num_workers: Value = 0, pin_memory: Value = False,
) -> None:  # fmt: skip
    """`DataLoader(dataset, batch_size, shuffle)`."""
    if not (size := t.count(batch_size)) > 0:
        raise ValueError(f"batch_size is {size}, it must be 1 or more")
    self.attributes |= {"dataset": dataset, "batch_size": size}
    self.attributes |= {"shuffle": t.truth(shuffle), "drop_last": t.truth(drop_last)}


def length(t: Tracer, self: Instance) -> int:
    """How many batches there are."""
    own = self.attributes
    examples, size = int(length_of(t, own["dataset"])), own["batch_size"]
    return int(examples // size if own["drop_last"] else -(-examples // size))


def batches(t: Tracer, self: Instance) -> list[Value]:
    """All batches, in an order drawn anew where they are shuffled."""
    own = self.attributes
    examples, size = int(length_of(t, own["dataset"])), own["batch_size"]
    t.tick(examples)
    order = t.draws.torch.permutation(examples) if own["shuffle"] else np.arange(examples)
    return [batch(t, own["dataset"], order[i * size : (i + 1) * size]) for i in range(length(t, self))]


def batch(t: Tracer, dataset: Value, places: Any) -> Value:
    """Some examples, each part of them stacked."""
    if isinstance(dataset, Instance) and dataset.klass is TENSORS:
        several = dataset.attributes["tensors"]
        return [t.call_named("take", [each, places.astype(float)], {"axis": 0}) for each in several]
    found = [t.asked(dataset, "__getitem__", int(i)) if isinstance(dataset, Instance) else dataset[int(i)]
             for i in places]  # fmt: skip
    if isinstance(found[0], tuple | list):
        return [t.stacked(list(each)) for each in zip(*found, strict=True)]
    return t.stacked(found)


DATASET = Klass("Dataset", (OBJECT,))
"""What a program's own examples are derived from."""
TENSORS = Klass("TensorDataset", (DATASET,), {name: special("TensorDataset", work) for name, work in {
    "__init__": keep_tensors, "__getitem__": rows, "__len__": count,
}.items()})  # fmt: skip
LOADER = Klass("DataLoader", (OBJECT,), {name: special("DataLoader", work) for name, work in {
    "__init__": make_loader, "__iter__": batches, "__len__": length,
}.items()})  # fmt: skip
LOADERS = {each.name: each for each in (DATASET, TENSORS, LOADER)}
"""By name."""
