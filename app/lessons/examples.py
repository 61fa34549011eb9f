"""Programs worth looking at, in the order of the gallery; the page opens on the first."""

from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True, slots=True)
class Example:
    """A program, where it belongs, and what to look for in it."""

    id: str
    title: str
    section: str
    program: str
    description: str


def _example(id: str, title: str, section: str, program: str, description: str) -> Example:
    """An example whose texts are written indented."""
    return Example(id, title, section, dedent(program).strip() + "\n", " ".join(description.split()))


LECTURE, NEURONS, NETS, LIBRARIES, TROUBLE = (
    "The chain rule", "One neuron", "Networks and losses", "Pasted code", "What goes wrong",
)  # fmt: skip

EXAMPLES: tuple[Example, ...] = (
    _example(
        "several-variables", "§3 Several variables: three paths to t", LECTURE,
        """
        t = 0.5
        x = t**2
        y = exp(t)
        z = x**2 + sin(x*y)
        """,
        """z depends on t through x and through y, and on x twice. Each path from z back to t multiplies its local
        derivatives; the gradient of t is the sum of the three products: 0.5 + 1.511 + 0.378 = 2.388.""",
    ),
    _example(
        "rates", "§1 Rates multiply: °F → °C", LECTURE,
        """
        t = 2.0                # hours
        F = 50.0 + 9.0*t       # it warms by 9 °F an hour
        C = 5/9*(F - 32.0)     # 5/9 of a °C for each °F
        """,
        """Nine degrees Fahrenheit an hour, 5/9 of a degree Celsius for each: the rates multiply along the chain to
        5 °C an hour.""",
    ),
    _example(
        "sine-of-square", "§2 One variable: sin(x²)", LECTURE,
        """
        x = 3.0
        u = x**2
        y = sin(u)
        """,
        """dy/dx = cos(u) · 2x: the outer derivative is taken at the inner value u = 9, not at x.""",
    ),
    _example(
        "exp-of-root", "§2 One variable: e^√x", LECTURE,
        """
        x = 4.0
        u = √x
        y = e^u
        """,
        """The derivative of e^u is y itself, that of the root is 1/(2√x): together y/4 at x = 4. Also shows that
        programs may be written as mathematicians write.""",
    ),
    _example(
        "sigmoid", "§2 The sigmoid and its derivative", LECTURE,
        """
        z = 0.0
        a = 1 / (1 + exp(-z))
        """,
        """Four small steps that together give σ′ = σ(1 − σ): 1/4 at z = 0, its highest value. Drag z away from 0 and
        see how little of the gradient gets through.""",
    ),
    _example(
        "gate-circuit", "(x + y) · z", LECTURE,
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
    _example(
        "bell-curve", "The bell curve, as it stands in a book", LECTURE,
        """
        x = 1.4; μ = 0.2; σ = 0.8
        y = e^(−(x−μ)²/(2σ²)) / (σ√(2π))
        """,
        """σ is used twice, in the exponent and in front: its gradient is the sum of two contributions, 0.455 and
        −0.202. Drag x to 1, one σ from μ, and they cancel.""",
    ),
    _example(
        "sigmoid-neuron", "A sigmoid neuron", NEURONS,
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
    _example(
        "neuron-and-loss", "A neuron, its loss, one gradient", NEURONS,
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
    _example(
        "two-three-one", "A 2-3-1 network, every product written out", NETS,
        """
        x1 = 1.0; x2 = -0.5; y = 1.0
        w11 = 0.3; w12 = -0.8; b1 = 0.1
        w21 = -0.6; w22 = 0.5; b2 = 0.0
        w31 = 0.9; w32 = 0.2; b3 = -0.2
        v1 = 0.7; v2 = -0.4; v3 = 1.1; c = 0.05

        h1 = tanh(w11*x1 + w12*x2 + b1)
        h2 = tanh(w21*x1 + w22*x2 + b2)
        h3 = tanh(w31*x1 + w32*x2 + b3)

        out = sigmoid(v1*h1 + v2*h2 + v3*h3 + c)
        loss = (out - y)**2 / 2
        """,
        """Thirteen parameters, one number to lower. The gradient runs back through the output once and then through
        the three hidden units side by side; x1 and x2 collect three contributions each.""",
    ),
    _example(
        "softmax-cross-entropy", "Softmax and cross-entropy", NETS,
        """
        x = [1.0, -2.0]
        W = [[0.4, -0.3], [0.1, 0.2], [-0.5, 0.6]]
        b = [0.1, 0.0, -0.1]
        y = [1.0, 0.0, 0.0]        # the first class is right
        z = W @ x + b
        p = softmax(z)
        loss = -sum(y * log(p))
        """,
        """The head of nearly every classifier. Two gradients with fractions in them meet and leave p − y at the
        logits: probability minus truth.""",
    ),
    _example(
        "matrix-product", "A matrix product and its two gradients", NETS,
        """
        X = [[1.0, 0.5, -1.0], [2.0, -0.5, 0.0], [0.0, 1.5, 1.0], [-1.0, 1.0, 0.5]]
        W = [[0.3, -0.2, 0.1, 0.5], [0.8, 0.4, -0.6, 0.0], [-0.5, 0.9, 0.2, -0.1]]
        A = relu(X @ W)
        loss = sum(A**2) / 2
        """,
        """Arrays show their values and gradients as heat maps. With D the gradient of X @ W, the gradient of W is
        Xᵀ D and that of X is D Wᵀ: nothing but the shapes would fit. Where relu gave 0, D is 0.""",
    ),
    _example(
        "toy-net", "§9 The lecture's toy net in NumPy", LIBRARIES,
        """
        import numpy as np

        # Forward
        x = np.array([1.0])
        W1 = np.array([[0.5]])
        b1 = np.array([0.1])
        z1 = W1 @ x + b1
        a1 = sigmoid(z1)

        W2 = np.array([[1.5]])
        b2 = np.array([0.2])
        z2 = W2 @ a1 + b2
        y_hat = sigmoid(z2)

        y_true = np.array([0.8])
        loss = 0.5 * (y_hat - y_true)**2
        """,
        """One unit in each layer. The lecture writes the backward pass by hand; here it follows from the forward pass
        alone: ∂L/∂W2 = −0.004337, ∂L/∂W1 = −0.002305.""",
    ),
    _example(
        "micrograd", "micrograd's README", LIBRARIES,
        """
        from micrograd.engine import Value

        a = Value(-4.0)
        b = Value(2.0)
        c = a + b
        d = a * b + b**3
        c += c + 1
        c += 1 + c + (-a)
        d += d * 2 + (b + a).relu()
        d += 3 * d + (b - a).relu()
        e = c - d
        f = e**2
        g = f / 2.0
        g += 10.0 / f
        print(f'{g.data:.4f}')  # the value: 24.7041
        g.backward()
        print(f'{a.grad:.4f}')  # ∂g/∂a: 138.8338
        print(f'{b.grad:.4f}')  # ∂g/∂b: 645.5773
        """,
        """The program that introduces Andrej Karpathy's micrograd. It runs as it is; every `+=` makes a new node with
        the name of the old one.""",
    ),
    _example(
        "pytorch-regression", "A line fitted in PyTorch", LIBRARIES,
        """
        import torch
        import torch.nn.functional as F

        x = torch.tensor([0.0, 1.0, 2.0, 3.0])
        y = torch.tensor([1.0, 3.0, 5.0, 7.0])
        w = torch.tensor(1.5, requires_grad=True)
        b = torch.tensor(0.5, requires_grad=True)

        prediction = w * x + b
        loss = F.mse_loss(prediction, y)
        loss.backward()
        print(f"dw = {w.grad.item():.2f}, db = {b.grad.item():.2f}")
        """,
        """One number b is added to four predictions, so its gradient is the sum of theirs: broadcasting forward is
        summing backward.""",
    ),
    _example(
        "vanishing", "A gradient that vanishes", TROUBLE,
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
    _example(
        "kinks", "Kinks and ties", TROUBLE,
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
    _example(
        "nan-hunt", "Where does the NaN come from?", TROUBLE,
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
    _example(
        "cut", "Where the gradient is cut", TROUBLE,
        """
        x = 2.0
        target = (3 * x).detach()
        loss = (x**2 - target)**2
        """,
        """detach keeps the value and lets no gradient through: the loss pulls x**2 towards the target, and not the
        target towards x**2.""",
    ),
)  # fmt: skip
