"""Other people's text, made safe to look at: where reports have it from."""

from passatk.visible import visible

__all__ = ["visible"]
