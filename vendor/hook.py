"""hatchling's build hook: every wheel, source package and editable install brings the front-end libraries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))  # hatchling loads this file alone, by its path

import bundle


class VendorHook(BuildHookInterface[Any]):
    """Bundle before the build; a failure says how to install without the libraries."""

    def dependencies(self) -> list[str]:
        """Asked before the build: Node from PyPI only when there is work and the machine has none."""
        return [] if bundle.fresh() or bundle.has_node() else [bundle.NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is stale. Raises RuntimeError when npm or its registry cannot be had."""
        try:
            bundle.build()
        except (OSError, ImportError, subprocess.CalledProcessError) as error:
            raise RuntimeError(
                f"static/vendor: the front-end libraries could not be built ({error}), npm and its registry must be "
                "reachable - to install without them (plain editor, formulas as text) set HATCH_BUILD_NO_HOOKS=1"
            ) from error
