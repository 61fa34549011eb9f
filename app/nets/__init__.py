"""Nets: a configuration is compiled to a program's text, and the program runs like any other."""
