"""The comparison with PyTorch is left out where PyTorch is not installed."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("torch") else ["test_torch.py"]
