"""Functions that programs call beyond the ops: of Python, NumPy, PyTorch and JAX."""
