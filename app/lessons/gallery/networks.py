"""Networks and losses, from products written out to attention."""

from app.lessons.example import Example, example

SECTION = "Networks and losses"

EXAMPLES: tuple[Example, ...] = (
    example(
        "two-three-one", "A 2-3-1 network, every product written out", SECTION,
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
    example(
        "softmax-cross-entropy", "Softmax and cross-entropy", SECTION,
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
    example(
        "matrix-product", "A matrix product and its two gradients", SECTION,
        """
        X = [[1.0, 0.5, -1.0], [2.0, -0.5, 0.0], [0.0, 1.5, 1.0], [-1.0, 1.0, 0.5]]
        W = [[0.3, -0.2, 0.1, 0.5], [0.8, 0.4, -0.6, 0.0], [-0.5, 0.9, 0.2, -0.1]]
        A = relu(X @ W)
        loss = sum(A**2) / 2
        """,
        """Arrays show their values and gradients as heat maps. With D the gradient of X @ W, the gradient of W is
        Xᵀ D and that of X is D Wᵀ: nothing but the shapes would fit. Where relu gave 0, D is 0.""",
    ),
    example(
        "recurrence", "A recurrent unit, three steps in time", SECTION,
        """
        w = 0.9
        u = 1.2
        h = 0.0
        for x in [0.5, -1.0, 0.8]:
            h = tanh(w*h + u*x)
        loss = (h - 0.5)**2
        """,
        """Each turn of the loop is a box. w is used in every turn, so its gradient is a sum over time; the first turn
        adds nothing, as h is still 0 there.""",
    ),
    example(
        "convolution", "A convolution, relu and max-pooling", SECTION,
        """
        image = [[[
            [0., 0., 1., 1.],
            [0., 1., 1., 0.],
            [1., 1., 0., 0.],
            [1., 0., 0., 2.],
        ]]]
        kernel = [[[
            [ 1.0, -0.5],
            [-0.8,  0.6],
        ]]]
        z = conv2d(image, kernel)
        a = relu(z)
        p = max_pool2d(a, 2, 1)
        loss = mean(p**2)
        """,
        """Point at a cell of the kernel: its gradient is a sum over all places where the kernel lay. Max-pooling hands
        each gradient to the one cell that won its window, and relu stops it where z was negative.""",
    ),
    example(
        "attention", "An attention head", SECTION,
        """
        X = [[1.0, 0.5], [0.2, -1.0], [-0.6, 0.4]]
        Wq = [[0.5, -0.2], [0.1, 0.8]]
        Wk = [[0.3, 0.6], [-0.5, 0.2]]
        Wv = [[1.0, 0.4], [0.2, -0.4]]
        Q = X @ Wq
        K = X @ Wk
        V = X @ Wv
        A = softmax(Q @ K.T / √2)
        Y = A @ V
        loss = sum(Y**2)
        """,
        """Three tokens in the rows of X. The tokens come back by three ways: as what asks (Q), as what is asked (K) and
        as what is passed on (V). Point at a cell of X to see the products on each.""",
    ),
)  # fmt: skip
