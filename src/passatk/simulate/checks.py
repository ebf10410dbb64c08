"""What the settings of all simulations have to be."""

from __future__ import annotations

from passatk.errors import PassatkError


def check_at_least_one(setting: object, *fields: str) -> None:
    """Refuse a setting with less than 1 in one of these fields."""
    for name in fields:
        if getattr(setting, name) < 1:
            raise PassatkError(f"{name} must be >= 1; got {name}={getattr(setting, name)}")
