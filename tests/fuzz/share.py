"""How much is tried: a share on every run of the suite, all of it by ``make fuzz``."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings


def share(examples: int, **more: Any) -> Any:
    """Return settings for so many examples where a profile has a hundred."""
    most = max(1, examples * settings.default.max_examples // 100)
    return settings(
        max_examples=most,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )
