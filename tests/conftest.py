"""Hypothesis without deadlines: how long an example takes is not what these tests are about."""

from hypothesis import settings

settings.register_profile("passatk", deadline=None)
settings.load_profile("passatk")
