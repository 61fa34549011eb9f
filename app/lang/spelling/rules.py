"""Which signs become what: the rules of the mathematician's spelling, a method each."""

from collections.abc import Mapping
from keyword import iskeyword

from app.engine.ops import FUNCTIONS
from app.lang.spelling.groups import VALUES, Groups, bound_names
from app.lang.spelling.places import Edit
from app.lang.spelling.tokens import SIGNS, SUBSCRIPTS, SUPERSCRIPTS, Token, fraction, raised, tokens

BARS: Mapping[str, str] = {"|": "abs", "||": "norm", "‖": "norm"}
UNFINISHED = {
    "|": ("`|` opens an absolute value that nothing closes", "write |x|, or abs(x); for 'or' write logical_or(a, b)"),
    "||": ("`||` opens a norm that nothing closes", "write ‖x‖, or norm(x); inside bars write abs(x)"),
    "‖": ("`‖` opens a norm that nothing closes", "write ‖x‖, or norm(x)"),
}


class Speller:
    """One program on its way to Python: its edits, notes, problems, and the names that Python cannot write."""

    def __init__(self, source: str) -> None:
        self.source = source
        whole = list(tokens(source))
        self.bound = bound_names(whole)
        self.tokens = [part for token in whole for part in self._parts(token)]
        self.groups = Groups(self.tokens, self._gives_number)
        self.typed: dict[str, str] = {}
        self.notes: list[tuple[str, str, Token, Token]] = []
        self.problems: list[tuple[str, str, Token]] = []
        self._inner: dict[str, str] = {}
        self._written = {token.plain for token in self.tokens if token.kind == "name"}
        self._ends: dict[int, int | None] = {}  # operands of roots and powers, found from the right
        self._new: dict[int, str] = {}  # what a token becomes
        self._closing: dict[int, int] = {}  # how many brackets to close after a token
        self._products: dict[int, str] = {}  # the operator to write before a token

    def edits(self) -> list[Edit]:
        """Everything to change, in order."""
        for index in range(len(self.tokens) - 1, -1, -1):
            self._read(index, self.tokens[index])
            self._multiply(index)
        for index in self.groups.lonely:
            self.problems.append((*UNFINISHED[self.tokens[index].text], self.tokens[index]))
        self.problems.reverse()
        self.notes.reverse()
        return self._in_order()

    def _parts(self, token: Token) -> list[Token]:
        """`πr` is π and r, unless the program binds it."""
        if token.text[0] != "π" or not token.text[1:2].isalpha() or self.bound & {token.plain, "π"}:
            return [token]
        middle = token.start + 1
        return [
            Token("name", "π", token.start, middle, token.gap),
            Token("name", token.text[1:], middle, token.end, False),
        ]

    # ── single tokens ───────────────────────────────────────────────────────────────────────────────────
    def _read(self, index: int, token: Token) -> None:
        """What this token becomes, where it is no Python."""
        if token.kind == "name":
            self._name(index, token)
        elif token.kind == "power" and token.text == "^":
            self._caret(index, token)
        elif token.kind == "root":
            self._apply(index, "sqrt", index + 1)
        elif token.kind == "bar" and index in self.groups.opening:
            self._new[index] = self._function(BARS[token.text]) + "("
        elif token.kind == "bar" and index in self.groups.closing:
            self._new[index] = ")"
        elif token.kind == "fraction":
            self._new[index] = fraction(token.text)
        elif token.kind == "transposed":
            self._new[index] = ".T"
        elif token.kind == "raised":
            self._raised(index, token)
        elif token.text in SIGNS:
            self._new[index] = SIGNS[token.text]

    def _name(self, index: int, token: Token) -> None:
        if token.text == "e":
            self._exponential(index)
        elif token.text.isascii():
            return
        elif token.is_subscripted:
            self._new[index] = self._without_subscript(token)
        elif token.text == "σ" and self._is_free(index) and self._next_text(index) == "(":
            self._new[index] = self._function("sigmoid")
        elif token.plain != token.text:
            self.typed.setdefault(token.plain, token.text)

    def _is_free(self, index: int) -> bool:
        """Whether this name is neither an attribute nor bound by the program."""
        return self.tokens[index].plain not in self.bound and (index == 0 or self.tokens[index - 1].text != ".")

    def _is_pi(self, index: int) -> bool:
        return self.tokens[index].plain == "π" and self._is_free(index)

    def _without_subscript(self, token: Token) -> str:
        """A name of its own for `x₁`, one that the program does not use."""
        if token.text not in self._inner:
            stem = token.text.rstrip("".join(SUBSCRIPTS))
            name = f"{stem}_{''.join(SUBSCRIPTS[each] for each in token.text[len(stem) :])}"
            while name in self._written:
                name += "_"
            self._written.add(name)
            self._inner[token.text] = name
            self.typed[name] = token.text
        return self._inner[token.text]

    def _function(self, name: str) -> str:
        """A function by a name that the program has not taken."""
        return f"np.{name}" if name in self.bound else name

    def _next_text(self, index: int) -> str:
        return self.tokens[index + 1].text if index + 1 < len(self.tokens) else ""

    # ── powers and roots ────────────────────────────────────────────────────────────────────────────────
    def _caret(self, index: int, token: Token) -> None:
        self._new.setdefault(index, "**")
        self.notes = [each for each in self.notes if each[0] != "caret_is_power"]
        self.notes.append(("caret_is_power", "`^` is read as a power: x^2 is x·x", token, token))

    def _raised(self, index: int, token: Token) -> None:
        plain = raised(token.text)
        if not self.groups.ends_operand(index - 1):
            self.problems.append((f"`{token.text}` stands on nothing that it could raise", "write x²", token))
        self._new[index] = f"**{plain}" if plain.isalnum() else f"**({plain})"

    def _exponential(self, index: int) -> None:
        """`e^x`: the op exp, where `e` is Euler's number."""
        power = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        if power is None or not self._is_free(index):
            return
        if power.kind == "raised":
            self._new[index], self._new[index + 1] = self._function("exp"), f"({raised(power.text)})"
        elif power.kind == "power":
            self._apply(index, "exp", index + 2)

    def _apply(self, index: int, function: str, operand: int) -> None:
        """The token at `index` becomes a function of the operand that begins further right."""
        end = self.groups.operand_end(operand, self._ends)
        for each in range(index, operand):
            self._ends[each] = end
        begins = self.tokens[operand] if operand < len(self.tokens) else None
        bracketed = begins is not None and begins.text == "("
        if end is None and not bracketed:
            if function == "sqrt":
                message = "`√` has nothing to take the root of"
                self.problems.append((message, "write √x or √(x + 1)", self.tokens[index]))
            return
        whole = bracketed and (end is None or self.groups.match.get(operand) == end - 1)
        self._new[index] = self._function(function) + ("" if whole or operand > index + 1 else "(")
        if operand > index + 1:
            self._new[operand - 1] = "" if whole else "("
        if not whole and end is not None:
            self._closing[end - 1] = self._closing.get(end - 1, 0) + 1

    # ── products without a sign ─────────────────────────────────────────────────────────────────────────
    def _multiply(self, index: int) -> None:
        """Write the operator between two operands that stand side by side."""
        if index == 0 or not self._are_factors(index - 1, index):
            return
        before = self.tokens[index - 1]
        self._products[index] = "@" if before.kind == "transposed" else "*"
        if before.kind == "number" and index > 1 and not self.tokens[index].gap:
            self._note_division(self.tokens[index - 2], before, self.tokens[index])

    def _note_division(self, sign: Token, number: Token, factor: Token) -> None:
        """`1/2x` can be meant in two ways."""
        if SIGNS.get(sign.text, sign.text) == "/":
            message = f"read from left to right: division by {number.text} first, then the product; brackets change it"
            self.notes.append(("division_first", message, sign, factor))

    def _are_factors(self, left: int, right: int) -> bool:
        a, b = self.tokens[left], self.tokens[right]
        if a.kind in VALUES or left in self.groups.closing:
            return b.is_name or b.text == "(" or self._begins_sign(right)
        if a.text in (")", "]"):
            number = b.kind == "fraction" or (b.kind == "number" and b.text[0] != ".")
            return b.is_name or number or self._begins_sign(right) or (b.text == "(" and self._both_plain(left, right))
        if a.is_name and not iskeyword(b.text):
            constant = self._is_pi(left)
            return (
                self._begins_sign(right)
                or (b.is_name and (a.is_subscripted or constant))
                or (constant and b.text == "(")
            )
        return False

    def _begins_sign(self, index: int) -> bool:
        return self.tokens[index].kind == "root" or index in self.groups.opening

    def _both_plain(self, left: int, right: int) -> bool:
        """`(a+b)(c+d)` and `sin(x)(y+1)`, where neither bracket is the call of something unknown."""
        first = self.groups.match.get(left)
        if self.tokens[left].text != ")" or first is None or not self.groups.is_plain(right):
            return False
        if first in self.groups.calls:
            return self.groups.gives_number(first)
        return self.groups.is_plain(first)

    def _gives_number(self, name: str) -> bool:
        """Whether a call of this name gives a number: one of our functions, which the program has not rebound."""
        return name not in self.bound and (name == "σ" or name in FUNCTIONS)

    # ── the edits ───────────────────────────────────────────────────────────────────────────────────────
    def _in_order(self) -> list[Edit]:
        found: list[Edit] = []
        for index, token in enumerate(self.tokens):
            if index in self._new and self._new[index] != token.text:
                found.append(Edit(token.start, token.end, self._apart(token, self._new[index], index)))
            after = ")" * self._closing.get(index, 0) + self._products.get(index + 1, "")
            if after:
                found.append(Edit(token.end, token.end, after))
        return found

    def _apart(self, token: Token, text: str, index: int) -> str:
        """The text with a blank where it would run into a word before or behind it."""
        before = self.source[token.start - 1 : token.start]
        behind = self.source[token.end : token.end + 1]
        if _word(text[:1]) and _word(before) and index not in self._products:
            text = f" {text}"
        return f"{text} " if _word(text[-1:]) and _word(behind) and index + 1 not in self._products else text


def _word(char: str) -> bool:
    return (char.isalnum() or char == "_") and char not in SUPERSCRIPTS and char != "ᵀ"
