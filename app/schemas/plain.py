r"""TeX as a short line of plain Unicode: `\frac{x^{2}}{\sqrt{y}}` as `x²/√y`. For labels, never for mathematics."""

import re

SYMBOLS = {
    r"\cdot": "·",
    r"\times": "×",
    r"\odot": "⊙",
    r"\ast": "∗",
    r"\circ": "∘",
    r"\sum": "Σ",
    r"\prod": "Π",
    r"\max": "max",
    r"\min": "min",
    r"\top": "ᵀ",
    r"\infty": "∞",
    r"\partial": "∂",
    r"\neg": "¬",
    r"\ne": "≠",
    r"\neq": "≠",
    r"\le": "≤",
    r"\leq": "≤",
    r"\ge": "≥",
    r"\geq": "≥",
    r"\lt": "<",
    r"\gt": ">",
    r"\land": "∧",
    r"\lor": "∨",
    r"\wedge": "∧",
    r"\vee": "∨",
    r"\lfloor": "⌊",
    r"\rfloor": "⌋",
    r"\lceil": "⌈",
    r"\rceil": "⌉",
    r"\lVert": "‖",
    r"\rVert": "‖",
    r"\Vert": "‖",
    r"\|": "‖",
    r"\lvert": "|",
    r"\rvert": "|",
    r"\vert": "|",
    r"\langle": "⟨",
    r"\rangle": "⟩",
    r"\{": "{",
    r"\}": "}",
    r"\%": "%",
    r"\_": "_",
    r"\^": "^",
    r"\\": "\\",
    r"\bmod": " mod ",
    r"\quad": " ",
    r"\ldots": "…",
    r"\dots": "…",
    r"\operatorname": "",
    r"\mathrm": "",
    r"\mathbf": "",
    r"\text": "",
    r"\left": "",
    r"\right": "",
    r"\,": "",
    r"\;": " ",
    r"\:": " ",
    r"\!": "",
    r"\ ": " ",
} | {
    r"\alpha": "α", r"\beta": "β", r"\gamma": "γ", r"\delta": "δ", r"\epsilon": "ε", r"\varepsilon": "ε",
    r"\zeta": "ζ", r"\eta": "η", r"\theta": "θ", r"\iota": "ι", r"\kappa": "κ", r"\lambda": "λ", r"\mu": "μ",
    r"\nu": "ν", r"\xi": "ξ", r"\pi": "π", r"\rho": "ρ", r"\sigma": "σ", r"\tau": "τ", r"\upsilon": "υ",
    r"\phi": "φ", r"\varphi": "φ", r"\chi": "χ", r"\psi": "ψ", r"\omega": "ω", r"\Gamma": "Γ", r"\Delta": "Δ",
    r"\Theta": "Θ", r"\Lambda": "Λ", r"\Xi": "Ξ", r"\Pi": "Π", r"\Sigma": "Σ", r"\Phi": "Φ", r"\Psi": "Ψ",
    r"\Omega": "Ω", r"\ell": "ℓ",
}  # fmt: skip
UPPER = str.maketrans("0123456789+-−()nitTabcdefghjklmoprsuvwxyz ", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿⁱᵗᵀᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵘᵛʷˣʸᶻ ")
LOWER = str.maketrans("0123456789+-−aehijklmnoprstuvx,", "₀₁₂₃₄₅₆₇₈₉₊₋₋ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ,")
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}^_]|\s+|[^\\{}^_\s]")
ATOM = re.compile(r"√?[\w.…∞]*(?:\([^()]*\))?|\([^()]*\)")


def plain(tex: str) -> str:
    """One line of plain text for a TeX formula; what it does not know stays as its name."""
    return re.sub(r"\s+", " ", _run(_Tokens(tex), closing=False)).replace(" · ", "·").strip()


def escape(text: str) -> str:
    """Plain text as TeX that `plain` turns into that same text."""
    return re.sub(r"[\\{}^_ ]", r"\\\g<0>", text)


class _Tokens:
    def __init__(self, tex: str) -> None:
        self.rest = TOKEN.findall(tex)[::-1]

    def take(self) -> str:
        return self.rest.pop() if self.rest else ""


def _run(tokens: _Tokens, *, closing: bool) -> str:
    """Everything up to the end, or up to the brace that closes the group."""
    parts: list[str] = []
    while token := tokens.take():
        if token == "}" and closing:
            break
        parts.append(_piece(token, tokens))
    return "".join(parts)


def _piece(token: str, tokens: _Tokens) -> str:
    if token == "{":
        return _run(tokens, closing=True)
    if token in "^_":
        return _raised(_argument(tokens), token)
    if token in (r"\frac", r"\tfrac", r"\dfrac"):
        return f"{_held(_argument(tokens))}/{_held(_argument(tokens))}"
    if token == r"\sqrt":
        return f"√{_held(_argument(tokens))}"
    if token in (r"\bar", r"\overline"):
        return f"{_argument(tokens)}\u0304"
    if token.startswith("\\"):
        return SYMBOLS.get(token, token[1:])
    return "−" if token == "-" else " " if token.isspace() else token


def _argument(tokens: _Tokens) -> str:
    token = tokens.take()
    while token.isspace():
        token = tokens.take()
    return _piece(token, tokens) if token else ""


def _held(text: str) -> str:
    """The text, in brackets unless it holds together by itself."""
    text = text.strip()
    return text if ATOM.fullmatch(text) or len(text) == 1 else f"({text})"


def _raised(text: str, mark: str) -> str:
    table = UPPER if mark == "^" else LOWER
    if len(text) <= 4 and all(ord(each) in table or each in "ᵀ∘" for each in text):
        return text.translate(table)
    return f"{mark}{_held(text)}"
