"""What every optimizer is tried on: settings, and ten gradients that do not depend on where it is."""

from typing import Any

START = [0.5, -1.25, 2.0, 0.0]
GRADIENTS = [
    [0.3, -0.7, 0.02, 0.0], [0.1, 0.4, -0.5, 0.0], [-0.2, 0.9, 1e-4, 1.0], [1.5, -0.1, 0.3, -1.0],
    [0.0, 0.25, -2.0, 0.5], [-0.6, 0.6, 0.6, -0.6], [3.0, -4.0, 0.05, 1e-9], [0.7, 0.7, -0.7, 0.2],
    [-1e-3, 1e-3, 0.4, 0.3], [0.8, -0.2, -0.9, 0.1],
]  # fmt: skip
CASES: list[tuple[str, dict[str, Any]]] = [
    ("sgd", {"learning_rate": 0.1}),
    ("sgd", {"learning_rate": 0.1, "momentum": 0.9}),
    ("sgd", {"learning_rate": 0.1, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.05}),
    ("sgd", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.05}),
    ("adagrad", {}),
    ("adagrad", {"lr_decay": 0.1, "weight_decay": 0.02, "initial_accumulator_value": 0.1}),
    ("adadelta", {}),
    ("adadelta", {"learning_rate": 0.5, "rho": 0.8, "weight_decay": 0.1}),
    ("rmsprop", {}),
    ("rmsprop", {"alpha": 0.9, "centered": True, "momentum": 0.7, "weight_decay": 0.1}),
    ("adam", {}),
    ("adam", {"learning_rate": 0.01, "betas": [0.8, 0.95], "amsgrad": True, "weight_decay": 0.1}),
    ("adamw", {}),
    ("adamw", {"learning_rate": 0.01, "weight_decay": 0.3, "amsgrad": True}),
    ("nadam", {}),
    ("nadam", {"momentum_decay": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("nadam", {"weight_decay": 0.1}),
    ("adamax", {}),
    ("adamax", {"betas": [0.7, 0.9], "weight_decay": 0.1}),
]
"""PyTorch has all of these; Lion, which it lacks, is held to its paper's program in the test itself."""
TORCH = {
    "sgd": "SGD", "adagrad": "Adagrad", "adadelta": "Adadelta", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW",
    "nadam": "NAdam", "adamax": "Adamax",
}  # fmt: skip
