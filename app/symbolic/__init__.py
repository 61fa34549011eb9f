"""Derivatives by SymPy, from our own graph: told to a process of its own, which can be stopped."""
