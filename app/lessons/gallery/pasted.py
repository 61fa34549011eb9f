"""Code as it stands in notebooks: NumPy, micrograd, PyTorch, JAX."""

from app.lessons.example import Example, example

SECTION = "Pasted code"

EXAMPLES: tuple[Example, ...] = (
    example(
        "toy-net", "§9 The lecture's toy net in NumPy", SECTION,
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
    example(
        "micrograd", "micrograd's README", SECTION,
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
    example(
        "pytorch-regression", "A line fitted in PyTorch", SECTION,
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
    example(
        "micrograd-mlp", "micrograd's multi-layer perceptron", SECTION,
        """
        import random
        from micrograd.engine import Value

        random.seed(4)

        class Neuron:
          def __init__(self, nin):
            self.w = [
              Value(random.uniform(-1, 1))
              for _ in range(nin)]
            self.b = Value(0.0)

          def __call__(self, x):
            pairs = zip(self.w, x)
            z = sum((wi*xi for wi, xi in pairs),
                    self.b)
            return z.tanh()

        class Layer:
          def __init__(self, nin, nout):
            self.neurons = [
              Neuron(nin) for _ in range(nout)]

          def __call__(self, x):
            out = [n(x) for n in self.neurons]
            return out[0] if len(out) == 1 else out

        class MLP:
          def __init__(self, nin, nouts):
            sz = [nin] + nouts
            self.layers = [
              Layer(sz[i], sz[i+1])
              for i in range(len(nouts))]

          def __call__(self, x):
            for layer in self.layers:
              x = layer(x)
            return x

        n = MLP(2, [3, 2, 1])
        x = [1.0, -0.5]
        y = 1.0
        loss = (n(x) - y)**2
        loss.backward()
        """,
        """Classes as in Andrej Karpathy's lecture. Each neuron is a box that can be opened and folded: inside are its
        products, their sum and the tanh; closed, it shows its output and the norm of all gradients inside.""",
    ),
    example(
        "torch-module", "A PyTorch module", SECTION,
        """
        import torch
        from torch import nn
        import torch.nn.functional as F

        torch.manual_seed(2)

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc1 = nn.Linear(3, 4)
                self.fc2 = nn.Linear(4, 2)

            def forward(self, x):
                h = F.relu(self.fc1(x))
                return self.fc2(h)

        net = Net()
        x = torch.tensor([
            [0.5, -1.0, 2.0],
            [1.5, 0.3, -0.7],
        ])
        loss = F.cross_entropy(
            net(x), torch.tensor([0, 1]))
        loss.backward()
        """,
        """The first weights are the very numbers that PyTorch draws for this seed. A row of fc1's weights whose unit
        relu has shut for both examples has no gradient.""",
    ),
    example(
        "jax-grad", "jax.grad inside a program", SECTION,
        """
        import jax
        import jax.numpy as jnp

        def f(x):
            return jnp.sin(x) * x**2

        x = 1.2
        slope = jax.grad(f)(x)
        """,
        """The backward pass of f is drawn as well, in a box of its own: a graph like any other. So the gradient of
        slope is f″, the second derivative.""",
    ),
)  # fmt: skip
