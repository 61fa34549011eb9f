"""What holds for every test: how long the property tests look for a counterexample, and that browsers come last."""

import pytest
from hypothesis import HealthCheck, settings

QUICK = 60
"""Examples per property in `run.py test`; `run.py fuzz` takes a hundred times as many."""

slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("quick", max_examples=QUICK, deadline=None, suppress_health_check=slow, print_blob=True)
settings.register_profile("fuzz", settings.get_profile("quick"), max_examples=100 * QUICK)
settings.load_profile("quick")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser holds an event loop in this thread until the run ends, and no other test may start one meanwhile."""
    items.sort(key=lambda item: "browser" in item.path.parts)
