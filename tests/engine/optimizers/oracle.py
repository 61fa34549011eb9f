"""What PyTorch itself makes of the cases: `python -m tests.engine.optimizers.oracle` writes expected.json.

Run with a Python that has PyTorch, from the root of the repository.
"""

import json
from pathlib import Path
from typing import Any

from tests.engine.optimizers.cases import CASES, GRADIENTS, START, TORCH

EXPECTED = Path(__file__).with_name("expected.json")


def steps(name: str, settings: dict[str, Any]) -> list[list[float]]:
    """The parameter after each of the ten steps.

    The default type must be float64: NAdam keeps the product of its momenta in it, whatever the parameter's type.
    """
    import torch

    torch.set_default_dtype(torch.float64)
    options = {"lr" if key == "learning_rate" else key: value for key, value in settings.items()}
    parameter = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = getattr(torch.optim, TORCH[name])([parameter], **options)
    found = []
    for gradient in GRADIENTS:
        parameter.grad = torch.tensor(gradient, dtype=torch.float64)
        optimizer.step()
        found.append(parameter.tolist())
    return found


if __name__ == "__main__":
    EXPECTED.write_text(json.dumps([steps(*case) for case in CASES], indent=0) + "\n")
