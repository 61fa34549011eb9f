"""Calls of layers under their names in PyTorch, in many combinations of shapes and options."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

COUNT = 22
"""Combinations of each function."""


@dataclass(frozen=True)
class Call:
    """A function by its name; arrays of floats can be differentiated by, others are places and conditions."""

    name: str
    arrays: tuple[Any, ...]
    options: dict[str, Any] = field(default_factory=dict)
    before: tuple[Any, ...] = ()  # what is no array and stands in front of them

    @property
    def id(self) -> str:
        """For pytest."""
        shapes = " ".join("×".join(map(str, np.shape(x))) or "·" for x in self.arrays)
        return f"{self.name} {' '.join(map(str, self.before))} {shapes} {self.options}"


Draw = Callable[[np.random.Generator], Call | None]


def numbers(rng: np.random.Generator, *form: int) -> Any:
    """Numbers no two of which are within a step of a difference quotient of each other."""
    size = int(np.prod(form))
    return np.asarray((rng.permutation(size).reshape(form) - size / 2.0) * (3.0 / max(size, 2)) + 0.05)


def pick(rng: np.random.Generator, *choices: Any) -> Any:
    """One of them."""
    return choices[rng.integers(len(choices))]


def spans(kernel: tuple[int, ...], dilation: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))


# ── windows ─────────────────────────────────────────────────────────────────────────────────────────────
def conv(n: int) -> Draw:
    def draw(rng: np.random.Generator) -> Call | None:
        groups, lead = int(rng.integers(1, 3)), pick(rng, (1,), (2,), ())
        channels, out = groups * int(rng.integers(1, 3)), groups * int(rng.integers(1, 3))
        spatial, kernel = tuple(rng.integers(2, 6, n).tolist()), tuple(rng.integers(1, 4, n).tolist())
        stride, dilation = (tuple(rng.integers(1, 3, n).tolist()) for _ in range(2))
        padding = pick(rng, 0, 1, tuple(rng.integers(0, 3, n).tolist()), "valid", "same")
        if padding == "same":
            stride = (1,) * n
        wide = 0 if padding == "valid" else 99 if padding == "same" else np.min(padding)
        if any(m + 2 * wide < s for m, s in zip(spatial, spans(kernel, dilation), strict=True)):
            return None
        arrays = [numbers(rng, *lead, channels, *spatial), numbers(rng, out, channels // groups, *kernel)]
        arrays += [numbers(rng, out)] if rng.random() < 0.5 else []
        options = {"stride": pick(rng, stride, stride[0]), "padding": padding, "dilation": dilation, "groups": groups}
        if options["stride"] == stride[0] and padding == "same":
            options["stride"] = 1
        return Call(f"F.conv{n}d", tuple(arrays), options)

    return draw


def pool(kind: str, n: int) -> Draw:
    def draw(rng: np.random.Generator) -> Call | None:
        lead = pick(rng, (1, 1), (2, 1), (1, 2), (2,))
        spatial, kernel = tuple(rng.integers(2, 6, n).tolist()), tuple(rng.integers(1, 4, n).tolist())
        padding = tuple(k // 2 * int(rng.integers(2)) for k in kernel)
        options: dict[str, Any] = {"kernel_size": kernel, "padding": padding}
        options |= {"stride": pick(rng, 1, 2, 3)} if rng.random() < 0.7 else {}
        gap = tuple(rng.integers(1, 3, n).tolist()) if kind == "max" else (1,) * n
        if any(m + 2 * p < s for m, p, s in zip(spatial, padding, spans(kernel, gap), strict=True)):
            return None
        if kind == "max":
            options |= {"dilation": gap, "ceil_mode": bool(rng.integers(2))}
        else:
            options["count_include_pad"] = bool(rng.integers(2))
            options |= {"divisor_override": 3} if n == 2 and rng.random() < 0.3 else {}
        return Call(f"F.{kind}_pool{n}d", (numbers(rng, *lead, *spatial),), options)

    return draw


def adaptive(kind: str, n: int) -> Draw:
    def draw(rng: np.random.Generator) -> Call:
        spatial = tuple(rng.integers(2, 7, n).tolist())
        output = tuple(int(rng.integers(1, m + 1)) for m in spatial)
        lead = pick(rng, (1, 1), (2, 1), (1, 3), (2,))
        return Call(f"F.adaptive_{kind}_pool{n}d", (numbers(rng, *lead, *spatial),), {"output_size": output})

    return draw


def unfold(rng: np.random.Generator) -> Call | None:
    spatial, kernel, gap, padding, stride = (tuple(rng.integers(*of, 2).tolist()) for of in (
        (2, 6), (1, 4), (1, 3), (0, 2), (1, 3)
    ))  # fmt: skip
    if any(m + 2 * p < s for m, p, s in zip(spatial, padding, spans(kernel, gap), strict=True)):
        return None
    options = {"kernel_size": kernel, "dilation": gap, "padding": padding, "stride": stride}
    return Call("F.unfold", (numbers(rng, *rng.integers(1, 3, 2).tolist(), *spatial),), options)


# ── standardizing ───────────────────────────────────────────────────────────────────────────────────────
def affine(rng: np.random.Generator, *form: int) -> dict[str, Any]:
    names = pick(rng, (), ("weight",), ("weight", "bias"))
    return {name: numbers(rng, *form) for name in names}


def over_last(name: str) -> Draw:
    def draw(rng: np.random.Generator) -> Call:
        form = tuple(rng.integers(1, 4, rng.integers(1, 4)).tolist())
        last = form[-int(rng.integers(1, len(form) + 1)) :]
        options = affine(rng, *last) | ({"eps": 1e-3} if rng.random() < 0.5 else {})
        options.pop("bias" if name == "rms_norm" else "", None)
        return Call(f"F.{name}", (numbers(rng, *form),), {"normalized_shape": last, **options})

    return draw


def batch_norm(rng: np.random.Generator) -> Call:
    channels, training = int(rng.integers(1, 4)), bool(rng.integers(2))
    form = (int(rng.integers(2, 4)), channels, *rng.integers(1, 4, rng.integers(0, 3)).tolist())
    running = {"running_mean": numbers(rng, channels), "running_var": np.abs(numbers(rng, channels)) + 0.5}
    options = affine(rng, channels) | {"training": training, "eps": pick(rng, 1e-5, 1e-2)}
    given = {"running_mean": None, "running_var": None} if training else running
    return Call("F.batch_norm", (numbers(rng, *form),), {**given, **options})


def group_norm(rng: np.random.Generator) -> Call:
    groups = int(rng.integers(1, 4))
    channels = groups * int(rng.integers(1, 3))
    form = (int(rng.integers(1, 3)), channels, *rng.integers(2, 4, rng.integers(1, 3)).tolist())
    return Call("F.group_norm", (numbers(rng, *form),), {"num_groups": groups, **affine(rng, channels)})


def instance_norm(rng: np.random.Generator) -> Call:
    channels = int(rng.integers(1, 4))
    form = (int(rng.integers(1, 3)), channels, *rng.integers(2, 4, rng.integers(1, 3)).tolist())
    return Call("F.instance_norm", (numbers(rng, *form),), {**affine(rng, channels)})


# ── the rest ────────────────────────────────────────────────────────────────────────────────────────────
def attention(rng: np.random.Generator) -> Call:
    lead = tuple(rng.integers(1, 3, rng.integers(0, 3)).tolist())
    queries, keys, size, width = (int(n) for n in rng.integers(1, 4, 4))
    arrays = (numbers(rng, *lead, queries, size), numbers(rng, *lead, keys, size), numbers(rng, *lead, keys, width))
    options: dict[str, Any] = {"scale": 0.7} if rng.random() < 0.3 else {}
    kind = pick(rng, "none", "causal", "condition", "numbers")
    if kind == "condition":
        mask = rng.random((*lead, queries, keys)) < 0.6
        mask[..., 0] = True
        options["attn_mask"] = mask
    elif kind == "numbers":
        options["attn_mask"] = numbers(rng, queries, keys)
    return Call("F.scaled_dot_product_attention", arrays, options | ({"is_causal": True} if kind == "causal" else {}))


def linear(rng: np.random.Generator) -> Call:
    lead = tuple(rng.integers(1, 4, rng.integers(0, 4)).tolist())
    size, out = (int(n) for n in rng.integers(1, 5, 2))
    arrays = (numbers(rng, *lead, size), numbers(rng, out, size))
    return Call("F.linear", arrays + ((numbers(rng, out),) if rng.random() < 0.5 else ()))


def cosine(rng: np.random.Generator) -> Call:
    form = tuple(rng.integers(1, 4, rng.integers(1, 4)).tolist())
    other = tuple(pick(rng, n, n, 1) for n in form)
    axis = int(rng.integers(-len(form), len(form)))
    return Call("F.cosine_similarity", (numbers(rng, *form), numbers(rng, *other) + 0.3), {"dim": axis})


def normalize(rng: np.random.Generator) -> Call:
    form = tuple(rng.integers(1, 4, rng.integers(1, 4)).tolist())
    return Call("F.normalize", (numbers(rng, *form),), {"dim": int(rng.integers(-len(form), len(form)))})


def embedding(rng: np.random.Generator) -> Call:
    rows = int(rng.integers(1, 5))
    places = rng.integers(0, rows, tuple(rng.integers(1, 4, rng.integers(0, 3)).tolist()))
    options = {"padding_idx": int(rng.integers(rows))} if rng.random() < 0.3 else {}
    return Call("F.embedding", (np.asarray(places), numbers(rng, rows, int(rng.integers(1, 4)))), options)


def padded(rng: np.random.Generator) -> Call | None:
    form = tuple(rng.integers(2, 4, 3).tolist())
    mode, count = pick(rng, "constant", "reflect", "replicate", "circular"), int(rng.integers(1, 3))
    count = 1 if mode != "constant" else count  # PyTorch pads (C, L) and (N, C, L) along L
    widths = tuple(rng.integers(0, 2, 2 * count).tolist())
    options = {"value": 1.5} if mode == "constant" and rng.random() < 0.5 else {}
    return Call("F.pad", (numbers(rng, *form),), {"pad": widths, "mode": mode, **options})


EQUATIONS = (
    "ij,jk->ik", "ij,kj->ik", "ij,jk", "i,i->", "i,j->ij", "ii->i", "ii->", "ij->ji", "ij->", "bij,bjk->bik",
    "bhqd,bhkd->bhqk", "...i,...i->...", "...ij,...jk->...ik", "i,ij,j->", "ij,jk,kl->il", "ijk,ijk->k", "ij,i->ij",
    "bij,jk->bik", "abc,cd,be->ade", "ijj->i", "ij,ij->ij", "i,->i", "b...,...->b...",
)  # fmt: skip


def einsum(rng: np.random.Generator, equation: str) -> Call:
    sizes = {letter: int(rng.integers(1, 4)) for letter in "abcdefghijklq"}
    forms = []
    for term in equation.split("->")[0].split(","):
        lead, _, rest = term.partition("...")
        forms.append((*(sizes[c] for c in lead), *((2, 3) if "..." in term else ()), *(sizes[c] for c in rest)))
    return Call("torch.einsum", tuple(numbers(rng, *form) for form in forms), {}, (equation,))


def tensordot(rng: np.random.Generator) -> Call:
    inner = tuple(rng.integers(1, 4, rng.integers(0, 3)).tolist())
    first, second = (tuple(rng.integers(1, 4, rng.integers(0, 3)).tolist()) for _ in range(2))
    return Call("torch.tensordot", (numbers(rng, *first, *inner), numbers(rng, *inner, *second)), {"dims": len(inner)})


DRAWS: dict[str, Draw] = {
    "conv1d": conv(1), "conv2d": conv(2), "max_pool1d": pool("max", 1), "max_pool2d": pool("max", 2),
    "avg_pool1d": pool("avg", 1), "avg_pool2d": pool("avg", 2), "adaptive_avg_pool1d": adaptive("avg", 1),
    "adaptive_avg_pool2d": adaptive("avg", 2), "adaptive_max_pool1d": adaptive("max", 1),
    "adaptive_max_pool2d": adaptive("max", 2), "unfold": unfold, "layer_norm": over_last("layer_norm"),
    "rms_norm": over_last("rms_norm"), "batch_norm": batch_norm, "group_norm": group_norm,
    "instance_norm": instance_norm, "attention": attention, "linear": linear, "cosine_similarity": cosine,
    "normalize": normalize, "embedding": embedding, "pad": padded, "tensordot": tensordot,
}  # fmt: skip


def several(name: str, draw: Draw) -> Iterator[Call]:
    """Different calls, always the same ones."""
    rng = np.random.default_rng(list(name.encode()))
    found: dict[str, Call] = {}
    for _ in itertools.repeat(None):
        call = draw(rng)
        if call is not None:
            found.setdefault(call.id, call)
        if len(found) == COUNT:
            return iter(found.values())
    raise AssertionError


CALLS = [call for name, draw in DRAWS.items() for call in several(name, draw)]
CALLS += [einsum(np.random.default_rng(i), equation) for i, equation in enumerate(EQUATIONS)]
