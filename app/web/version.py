"""The version that this package was installed as."""

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed

DISTRIBUTION = "backprop-visualizer"
FROM_SOURCE = "0.1.0"


def version() -> str:
    """The installed distribution's version, or that of the source tree when it is not installed."""
    try:
        return installed(DISTRIBUTION)
    except PackageNotFoundError:
        return FROM_SOURCE
