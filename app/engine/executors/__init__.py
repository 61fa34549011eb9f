"""Faster ways to run a graph again; what they compute is what the generic sweep computes."""
