"""pass@k for more attempts than were made.

models        beta-binomial, zero-inflated beta-binomial, power law
good_toulmin  up to twice the attempts, without a model
checks        lack of fit and backtest
ensemble      the range over models, with resampled refits
"""

from passatk.stats.extrapolation.checks import Backtest
from passatk.stats.extrapolation.ensemble import Extrapolation, Member, extrapolate
from passatk.stats.extrapolation.good_toulmin import good_toulmin
from passatk.stats.extrapolation.models import BetaBinomial, ModelName, PowerLaw, ZeroInflated

__all__ = [
    "Backtest",
    "BetaBinomial",
    "Extrapolation",
    "Member",
    "ModelName",
    "PowerLaw",
    "ZeroInflated",
    "extrapolate",
    "good_toulmin",
]
