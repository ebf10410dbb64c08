"""What an estimate says beside its number."""

from __future__ import annotations

from passatk.stats.metrics import MetricName
from passatk.stats.outcomes import Outcomes
from passatk.stats.result import Caveat
from passatk.stats.stopping import StopAtSuccess
from passatk.stats.validation import EstimatePolicy


def about_values(
    outcomes: Outcomes, k: int, metric: MetricName, policy: EstimatePolicy
) -> list[Caveat]:
    """What to know about the values of problems, whatever their interval."""
    caveats = []
    short = outcomes.largest_k < k
    if short.any():
        who = f"{int(short.sum())} of {len(short)} problems have fewer than {k} attempts"
        caveats.append(
            {
                "drop": Caveat("dropped", f"{who} and are left out"),
                "model": Caveat("modelled", f"{who}; their values rest on a Beta distribution"),
            }.get(policy, Caveat("padded", f"{who}; the missing ones count as failures"))
        )
    fewest, most = int(outcomes.n.min()), int(outcomes.n.max())
    if fewest < most and not isinstance(outcomes.stopping, StopAtSuccess):
        caveats.append(
            Caveat(
                "unequal-n",
                f"problems have {fewest} to {most} attempts, taken to be independent of results",
            )
        )
    if metric == "plug-in@k":
        caveats.append(Caveat("biased", "the plug-in is biased low; for comparison only"))
    return caveats
