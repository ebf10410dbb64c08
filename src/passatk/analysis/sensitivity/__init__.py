"""How the numbers move: with attempts, problems, time limits, tests, runs and settings.

attempts    what fewer attempts would have shown, and what more could
problems    what a problem or a category carries
limits      what shorter time limits would leave
visible     what the visible tests alone would say
manifests   in which settings runs differ
runs        runs of the same settings: how much one owes to itself alone
settings    runs with a setting changed: contrasts, and where curves cross
result      all of it as one result
"""

from passatk.analysis.sensitivity.result import Sensitivity, analyse

__all__ = ["Sensitivity", "analyse"]
