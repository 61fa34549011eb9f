"""One neuron: its parts, its loss."""

from app.lessons.example import Example, example

SECTION = "One neuron"

EXAMPLES: tuple[Example, ...] = (
    example(
        "sigmoid-neuron", "A sigmoid neuron", SECTION,
        """
        w0 = 2.0; x0 = -1.0
        w1 = -3.0; x1 = -2.0
        w2 = -3.0
        s = w0*x0 + w1*x1 + w2
        f = 1 / (1 + exp(-s))
        """,
        """The classic example of Stanford's course CS231n: two inputs, a bias w2, and a sigmoid in small steps. The
        gradient at s is f(1 − f) = 0.197; the product gates hand it on to weights and inputs crosswise.""",
    ),
    example(
        "neuron-and-loss", "A neuron, its loss, one gradient", SECTION,
        """
        x = [1.0, -2.0, 0.5]
        w = [0.4, 0.1, -0.6]
        b = 0.2
        y = 1.0
        a = tanh(w @ x + b)
        loss = (a - y)**2
        """,
        """The gradient of w is the vector x times one number, δ: an input of zero would get its weight no gradient
        at all.""",
    ),
)  # fmt: skip
