"""The gallery's programs, a file per section."""
