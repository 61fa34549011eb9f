"""The libraries' own random numbers."""
