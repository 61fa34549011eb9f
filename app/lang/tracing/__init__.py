"""The tracer: one object, a class per concern, each derived from the one before."""
