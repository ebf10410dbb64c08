"""Where attempts come from.

``BuiltinSampler`` stands in for a model where there is none.
"""

from passatk.generation.sampler import BuiltinSampler
from passatk.generation.settings import SamplerSettings

__all__ = ["BuiltinSampler", "SamplerSettings"]
