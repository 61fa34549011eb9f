"""The edge: Pydantic models of what comes in, converters of what goes out. The only place that knows JSON."""
