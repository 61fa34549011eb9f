"""The chain rule: products along paths, sums over them."""

from app.lessons.example import Example, example

SECTION = "The chain rule"

EXAMPLES: tuple[Example, ...] = (
    example(
        "several-variables", "§3 Several variables: three paths to t", SECTION,
        """
        t = 0.5
        x = t**2
        y = exp(t)
        z = x**2 + sin(x*y)
        """,
        """z depends on t through x and through y, and on x twice. Each path from z back to t multiplies its local
        derivatives; the gradient of t is the sum of the three products: 0.5 + 1.511 + 0.378 = 2.388.""",
    ),
    example(
        "rates", "§1 Rates multiply: °F → °C", SECTION,
        """
        t = 2.0                # hours
        F = 50.0 + 9.0*t       # it warms by 9 °F an hour
        C = 5/9*(F - 32.0)     # 5/9 of a °C for each °F
        """,
        """Nine degrees Fahrenheit an hour, 5/9 of a degree Celsius for each: the rates multiply along the chain to
        5 °C an hour.""",
    ),
    example(
        "sine-of-square", "§2 One variable: sin(x²)", SECTION,
        """
        x = 3.0
        u = x**2
        y = sin(u)
        """,
        """dy/dx = cos(u) · 2x: the outer derivative is taken at the inner value u = 9, not at x.""",
    ),
    example(
        "exp-of-root", "§2 One variable: e^√x", SECTION,
        """
        x = 4.0
        u = √x
        y = e^u
        """,
        """The derivative of e^u is y itself, that of the root is 1/(2√x): together y/4 at x = 4. Also shows that
        programs may be written as mathematicians write.""",
    ),
    example(
        "sigmoid", "§2 The sigmoid and its derivative", SECTION,
        """
        z = 0.0
        a = 1 / (1 + exp(-z))
        """,
        """Four small steps that together give σ′ = σ(1 − σ): 1/4 at z = 0, its highest value. Drag z away from 0 and
        see how little of the gradient gets through.""",
    ),
    example(
        "gate-circuit", "(x + y) · z", SECTION,
        """
        x = -2.0
        y = 5.0
        z = -4.0
        q = x + y
        f = q * z
        """,
        """The smallest circuit with both gates: a sum hands the gradient on unchanged to each operand, a product
        multiplies it with the other operand.""",
    ),
    example(
        "bell-curve", "The bell curve, as it stands in a book", SECTION,
        """
        x = 1.4; μ = 0.2; σ = 0.8
        y = e^(−(x−μ)²/(2σ²)) / (σ√(2π))
        """,
        """σ is used twice, in the exponent and in front: its gradient is the sum of two contributions, 0.455 and
        −0.202. Drag x to 1, one σ from μ, and they cancel.""",
    ),
)  # fmt: skip
