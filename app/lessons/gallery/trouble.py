"""What goes wrong: gradients that vanish, add up, are cut, are no numbers."""

from app.lessons.example import Example, example

SECTION = "What goes wrong"

EXAMPLES: tuple[Example, ...] = (
    example(
        "vanishing", "A gradient that vanishes", SECTION,
        """
        x = 1.0
        w = 0.9
        a1 = sigmoid(w * x)
        a2 = sigmoid(w * a1)
        a3 = sigmoid(w * a2)
        a4 = sigmoid(w * a3)
        a5 = sigmoid(w * a4)
        a6 = sigmoid(w * a5)
        a7 = sigmoid(w * a6)
        a8 = sigmoid(w * a7)
        """,
        """σ′ is at most 1/4, so each layer takes at least three quarters of the gradient: after eight layers 0.000003
        of it reaches x. With relu in place of sigmoid it is 0.43; with w = 4 it is even less, why?""",
    ),
    example(
        "kinks", "Kinks and ties", SECTION,
        """
        x = 0.0
        a = 1.0; b = 1.0
        y = relu(x) + abs(x)
        m = maximum(a, b)
        loss = y + m
        """,
        """relu and abs have no derivative at 0, maximum none where both are equal. One must be taken all the same:
        0 for relu and abs, a half for each of two equals, as in PyTorch. The notes say where.""",
    ),
    example(
        "nan-hunt", "Where does the NaN come from?", SECTION,
        """
        x = 30.0
        p = exp(-x**2)
        information = -log(p)
        entropy = p * information
        loss = entropy + x / 10
        """,
        """The loss is NaN, but the mistake is three lines up: p is too small for a float and becomes 0, its logarithm
        −∞, and 0 · ∞ is no number. The first node that broke is marked; writing x**2 for −log(p) repairs it.""",
    ),
    example(
        "cut", "Where the gradient is cut", SECTION,
        """
        x = 2.0
        target = (3 * x).detach()
        loss = (x**2 - target)**2
        """,
        """detach keeps the value and lets no gradient through: the loss pulls x**2 towards the target, and not the
        target towards x**2.""",
    ),
    example(
        "forgotten-zero-grad", "zero_grad, forgotten", SECTION,
        """
        import torch

        w = torch.tensor(
            2.0, requires_grad=True)
        for step in range(2):
            loss = (w - 0.5)**2
            loss.backward()
            print(w.grad)
            with torch.no_grad():
                w -= 0.25 * w.grad
            # no w.grad.zero_()
        """,
        """backward adds to what w.grad holds already. The second gradient is 1.5, but the step goes by 3 + 1.5 = 4.5:
        find that sum in the box of step 1. The printed lines show it too.""",
    ),
)  # fmt: skip
