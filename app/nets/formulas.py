"""How the five steps are written: each equation in rows and in columns, as matrices and by index, with its factors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.engine.op import Array

DELTA, SUM = r"\delta", r"\sum_i "


@dataclass(frozen=True)
class Factor:
    """A matrix in an equation: which array, whether it stands transposed against the array as sent (rows are
    examples), its symbol, and the shape as it stands there."""

    array: str
    transposed: bool
    symbol: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Form:
    """One way to write an equation."""

    tex: str
    factors: tuple[Factor, ...]
    result: Factor


@dataclass(frozen=True)
class Equation:
    """One equation of one layer: in rows, in columns, by index; `says` is a sentence."""

    layer: str
    result: str
    row: Form
    column: Form
    index: str
    says: str


def symbol(letter: str, level: int | str) -> str:
    """`W^{(1)}`."""
    return f"{letter}^{{({level})}}"


class Writer:
    """Writes equations; `arrays` are looked up for their shapes.  `share` is 1/n where the loss is a mean."""

    def __init__(self, arrays: Mapping[str, Array], examples: int, mean: bool, layers: int) -> None:
        self.arrays, self.examples, self.layers = arrays, examples, layers
        self.share = 1.0 / examples if mean else 1.0
        self.over_n = rf"\tfrac{{1}}{{{examples}}} " if mean and examples > 1 else ""
        self.many = examples > 1

    # ── pieces ──────────────────────────────────────────────────────────────────────────────────────────
    def factor(self, array: str, letter: str, level: int | str, *, transposed: bool = False) -> Factor:
        """An array as it stands in an equation."""
        form = tuple(np.shape(self.arrays[array]))
        text = symbol(letter, level)
        if transposed:
            return Factor(array, True, rf"{{{text}}}^\top", form[::-1])
        return Factor(array, False, text, form)

    def by_example(self, array: str, letter: str, level: int, *, columns: bool, turned: bool = False) -> Factor:
        """An array with a row per example: in columns its transpose; `turned` once more."""
        form = tuple(np.shape(self.arrays[array]))
        shape = form[::-1] if columns != turned else form
        text = symbol(letter, level)
        return Factor(array, columns != turned, rf"{{{text}}}^\top" if turned else text, shape)

    def letters(self) -> tuple[str, str, str]:
        """a, z, δ; of a batch A, Z, Δ."""
        return ("A", "Z", r"\Delta") if self.many else ("a", "z", DELTA)

    def at(self, letter: str, level: int, place: str) -> str:
        """One number of an array with a row per example: `a^{(1)}_{ik}`, of a single example `a^{(1)}_k`."""
        return f"{symbol(letter, level)}_{{i{place}}}" if self.many else f"{symbol(letter, level)}_{place}"

    def equation(self, level: int | str, result: tuple[Factor, Factor], right: tuple[str, str],
                 factors: tuple[Sequence[Factor], Sequence[Factor]], index: str, says: str) -> Equation:  # fmt: skip
        """Both ways of one equation."""
        forms = [
            Form(f"{made.symbol} = {text}", tuple(used), made)
            for made, text, used in zip(result, right, factors, strict=True)
        ]
        return Equation(f"layer {str(level).replace('_', '.')}", result[0].array, forms[0], forms[1], index, says)

    # ── there ───────────────────────────────────────────────────────────────────────────────────────────
    def initial(self, name: str, stem: str, level: str, role: str, initialiser: str) -> Equation:
        """A parameter's first value."""
        made = self.factor(name, stem, level)
        how = initialiser if role == "weight" else {"bias": "0", "gain": "1"}[role]
        text = rf"\text{{{how.replace('_', ' ')}}}" if role == "weight" else how
        return self.equation(level, (made, made), (text, text), ((), ()), f"{made.symbol}_{{jk}} = {text}",
                             f"{name} starts at {how}" if role != "weight" else f"{name} is drawn by {how}",
                             )  # fmt: skip

    def sums(self, level: int, bias: bool) -> Equation:
        """z = W a + b."""
        a, z, _ = self.letters()
        rows, columns = (
            (self.by_example(f"a{level - 1}", a, level - 1, columns=turned),
             self.factor(f"W{level}", "W", level, transposed=not turned),
             *([self.factor(f"b{level}", "b", level)] if bias else []))
            for turned in (False, True)
        )  # fmt: skip
        plus = f" + {symbol('b', level)}" if bias else ""
        index = f"{self.at('z', level, 'j')} = \\sum_k {symbol('W', level)}_{{jk}} {self.at('a', level - 1, 'k')}"
        index += f" + {symbol('b', level)}_j" if bias else ""
        return self.equation(
            level, self.both(f"z{level}", z, level),
            (f"{rows[0].symbol} {rows[1].symbol}{plus}", f"{columns[1].symbol} {columns[0].symbol}{plus}"),
            (rows, (columns[1], columns[0], *columns[2:])), index, f"the sums of layer {level}",
        )  # fmt: skip

    def both(self, array: str, letter: str, level: int) -> tuple[Factor, Factor]:
        """An array with a row, and with a column, per example."""
        return (self.by_example(array, letter, level, columns=False),
                self.by_example(array, letter, level, columns=True))  # fmt: skip

    def other_sums(self, level: int, kind: str) -> Equation:
        """z of a layer that is not dense."""
        a, z, _ = self.letters()
        coming = self.both(f"a{level - 1}", a, level - 1)
        text = rf"\operatorname{{{kind.replace('_', ' ')}}}\left({coming[0].symbol}\right)"
        made = self.both(f"z{level}", z, level)
        return self.equation(level, made, (text, text), ((coming[0],), (coming[1],)), f"{made[0].symbol} = {text}",
                             f"layer {level} is a layer {kind}")  # fmt: skip

    def through(self, level: int, kind: str) -> Equation:
        """a of a layer without activation."""
        a, _, _ = self.letters()
        coming, made = self.both(f"a{level - 1}", a, level - 1), self.both(f"a{level}", a, level)
        text = rf"\operatorname{{{kind.replace('_', ' ')}}}\left({coming[0].symbol}\right)"
        return self.equation(level, made, (text, text), ((coming[0],), (coming[1],)), f"{made[0].symbol} = {text}",
                             f"layer {level} is a layer {kind}")  # fmt: skip

    def activation(self, level: int, name: str) -> Equation:
        """a = f(z)."""
        a, z, _ = self.letters()
        coming, made = self.both(f"z{level}", z, level), self.both(f"a{level}", a, level)
        function = "" if name == "linear" else rf"\operatorname{{{name.replace('_', ' ')}}}"
        text = f"{function}\\left({coming[0].symbol}\\right)" if function else coming[0].symbol
        index = f"{self.at('a', level, 'j')} = {function}({self.at('z', level, 'j')})" if function else (
            f"{self.at('a', level, 'j')} = {self.at('z', level, 'j')}")  # fmt: skip
        return self.equation(level, made, (text, text), ((coming[0],), (coming[1],)), index,
                             f"the activations of layer {level}: {name}")  # fmt: skip

    # ── back ────────────────────────────────────────────────────────────────────────────────────────────
    def slope_of(self, level: int, how: str) -> tuple[tuple[Factor, ...], tuple[Factor, ...], str, str]:
        """The factor f′(z), in rows and in columns, its text, and that by index."""
        if how == "none":
            return (), (), "", ""
        if how == "jacobian":
            return (), (), rf" \cdot J_f\left({symbol(self.letters()[1], level)}\right)", rf" J_{{ij}}^{{({level})}}"
        text = f"f'\\left({symbol(self.letters()[1], level)}\\right)"
        shapes = np.shape(self.arrays[f"slope{level}"])
        row = Factor(f"slope{level}", False, text, tuple(shapes))
        column = Factor(f"slope{level}", True, text, tuple(shapes[::-1]))
        return (row,), (column,), rf" \odot {text}", f" f'({self.at('z', level, 'j')})"

    def error(self, level: int, array: str, how: str) -> Equation:
        """δ of the output."""
        _, _, delta = self.letters()
        rows, columns, text, index = self.slope_of(level, how)
        shapes = tuple(np.shape(self.arrays[array]))
        slope = rf"\nabla_{{{self.letters()[0].lower()}}} L"
        first = Factor(array, False, slope, shapes), Factor(array, True, slope, shapes[::-1])
        made = self.both(f"delta{level}", delta, level)
        by_index = rf"{self.at(DELTA, level, 'j')} = \frac{{\partial L}}{{\partial {self.at('a', level, 'j')}}}{index}"
        return self.equation(level, made, (slope + text,) * 2, ((first[0], *rows), (first[1], *columns)), by_index,
                             "how the loss changes with each sum of the last layer")  # fmt: skip

    def fused_error(self, level: int) -> Equation:
        """δ = p − y."""
        a, _, delta = self.letters()
        p, y = self.both(f"a{level}", a, level), self.both("targets", "Y" if self.many else "y", level)
        plain = "Y" if self.many else "y"
        y = (Factor(y[0].array, False, plain, y[0].shape), Factor(y[1].array, True, plain, y[1].shape))
        text = f"{self.over_n}\\left({p[0].symbol} - {plain}\\right)"
        target = "y_{ij}" if self.many else "y_j"
        index = f"{self.at(DELTA, level, 'j')} = {self.over_n}({self.at('a', level, 'j')} - {target})"
        return self.equation(level, self.both(f"delta{level}", delta, level), (text, text),
                             ((p[0], y[0]), (p[1], y[1])), index,
                             "softmax and cross-entropy together: what each probability is away from its target",
                             )  # fmt: skip

    def back(self, level: int, _: str, how: str) -> Equation:
        """δ of a layer before a dense one."""
        _, _, delta = self.letters()
        slopes = self.slope_of(level, how)
        behind = level + 1
        d_row, d_column = self.both(f"delta{behind}", delta, behind)
        w_row = self.factor(f"W{behind}", "W", behind)
        w_column = self.factor(f"W{behind}", "W", behind, transposed=True)
        texts = (f"\\left({d_row.symbol} {w_row.symbol}\\right){slopes[2]}",
                 f"\\left({w_column.symbol} {d_column.symbol}\\right){slopes[2]}")  # fmt: skip
        index = (f"{self.at(DELTA, level, 'k')} = \\sum_j {symbol('W', behind)}_{{jk}} "
                 f"{self.at(DELTA, behind, 'j')}{slopes[3].replace('j}', 'k}').replace('_j', '_k')}")  # fmt: skip
        return self.equation(level, self.both(f"delta{level}", delta, level), texts,
                             ((d_row, w_row, *slopes[0]), (w_column, d_column, *slopes[1])), index,
                             f"δ of layer {behind}, sent back through its weights and the slope of layer {level}",
                             )  # fmt: skip

    def passed(self, level: int, kind: str, how: str) -> Equation:
        """δ of a layer before one that is not dense."""
        _, _, delta = self.letters()
        slopes = self.slope_of(level, how)
        text = rf"\nabla_{{{self.letters()[0].lower()}}} L{slopes[2]}"
        shapes = tuple(np.shape(self.arrays[f"upstream{level}"]))
        symbol_ = rf"\nabla_{{{self.letters()[0].lower()}}} L"
        first = (Factor(f"upstream{level}", False, symbol_, shapes),
                 Factor(f"upstream{level}", True, symbol_, shapes[::-1]))  # fmt: skip
        index = rf"{self.at(DELTA, level, 'j')} = \frac{{\partial L}}{{\partial {self.at('a', level, 'j')}}}{slopes[3]}"
        return self.equation(level, self.both(f"delta{level}", delta, level), (text, text),
                             ((first[0], *slopes[0]), (first[1], *slopes[1])), index,
                             f"what the layer {kind} behind it sends back")  # fmt: skip

    def weights(self, level: int, l1: float, l2: float) -> Equation:
        """∇W = δ aᵀ."""
        a, _, delta = self.letters()
        d_row = self.by_example(f"delta{level}", delta, level, columns=False, turned=True)
        a_row = self.by_example(f"a{level - 1}", a, level - 1, columns=False)
        d_column = self.by_example(f"delta{level}", delta, level, columns=True)
        a_column = self.by_example(f"a{level - 1}", a, level - 1, columns=True, turned=True)
        w = symbol("W", level)
        more = (rf" + {l1:g} \operatorname{{sign}} {w}" if l1 else "") + (f" + {l2:g} {w}" if l2 else "")
        made = Factor(f"dW{level}", False, rf"\nabla_{{{w}}} L", tuple(np.shape(self.arrays[f"dW{level}"])))
        total = SUM if self.many else ""
        index = (rf"\frac{{\partial L}}{{\partial {w}_{{jk}}}} = {total}{self.at(DELTA, level, 'j')} "
                 rf"{self.at('a', level - 1, 'k')}{more}")  # fmt: skip
        return self.equation(level, (made, made),
                             (f"{d_row.symbol} {a_row.symbol}{more}", f"{d_column.symbol} {a_column.symbol}{more}"),
                             ((d_row, a_row), (d_column, a_column)), index,
                             f"each weight of layer {level} by its δ and its activation")  # fmt: skip

    def bias(self, level: int) -> Equation:
        """∇b = δ, added up over examples."""
        _, _, delta = self.letters()
        made = Factor(f"db{level}", False, rf"\nabla_{{{symbol('b', level)}}} L",
                      tuple(np.shape(self.arrays[f"db{level}"])))  # fmt: skip
        rows, columns = self.both(f"delta{level}", delta, level)
        total = rf"\sum_i {symbol(DELTA, level)}_i" if self.many else rows.symbol
        index = (rf"\frac{{\partial L}}{{\partial {symbol('b', level)}_j}} = {SUM if self.many else ''}"
                 rf"{self.at(DELTA, level, 'j')}")  # fmt: skip
        return self.equation(level, (made, made), (total, total), ((rows,), (columns,)), index,
                             f"each bias of layer {level} has its δ")  # fmt: skip

    def taken(self, name: str, stem: str, level: str, kind: str) -> Equation:
        """The gradient of a parameter that is in no dense layer."""
        made = Factor(f"d{name}", False, rf"\nabla_{{{symbol(stem, level)}}} L",
                      tuple(np.shape(self.arrays[f"d{name}"])))  # fmt: skip
        text = rf"\text{{backward pass of the layer {kind.replace('_', ' ')}}}"
        return self.equation(level, (made, made), (text, text), ((), ()), f"{made.symbol} = {text}",
                             f"{name}: see its layer in the graph")  # fmt: skip
