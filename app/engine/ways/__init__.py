"""Other ways to a derivative than the backward pass: forwards, path by path, numerically, again and again."""
