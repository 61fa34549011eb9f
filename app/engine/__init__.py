"""Ops, graph, passes, checks and budgets: everything that is mathematics, and nothing that is not."""
