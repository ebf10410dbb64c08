"""What feedback adds: chains minus independent attempts."""

from __future__ import annotations

from dataclasses import replace

from passatk.analysis.chained import ChainedRun
from passatk.analysis.chains.controls import Control, on_common_problems
from passatk.analysis.chains.costs import price_list
from passatk.analysis.chains.success import some_steps
from passatk.analysis.finding import Finding
from passatk.analysis.subject import Subject
from passatk.analysis.wording import (
    decide,
    holm_over,
    holm_words,
    magnitude,
    points,
    units_of,
    verdict_of,
)
from passatk.errors import DataError
from passatk.stats import Estimate
from passatk.stats.order import FeedbackLift, feedback_lift


def lifts_over(
    subject: Subject, run: ChainedRun, control: Control, level: float
) -> tuple[tuple[FeedbackLift, ...], str, list[Finding]]:
    """The lifts that the control has attempts for, what cost means, and what the tests say."""
    chains, independent, caveats = on_common_problems(run.chains, control)
    largest = int(independent.n.min())
    wanted = [step for step in some_steps(chains.longest) if 1 < step <= largest]
    prices = price_list(subject, run, control, chains.problems)
    lifts: list[FeedbackLift] = []
    for step in wanted:
        costs = None if prices is None else prices.up_to(step, chains)
        try:
            lifts.append(
                feedback_lift(chains, independent, r=1, steps=step, level=level, costs=costs)
            )
        except DataError:
            # The chains cost more than all independent attempts together.
            break
    of = "attempts" if prices is None else prices.unit
    ps: dict[str, float | None] = {}
    units = chains.problems if chains.clusters is None else set(chains.clusters)
    for each in lifts:
        ps[f"attempts {each.steps}"] = _p(each.equal_attempts, len(units) - 1)
        ps[f"cost {each.steps}"] = _p(each.equal_cost, len(units) - 1)
    adjusted = holm_over(ps)
    what = units_of(chains.clusters)
    findings = []
    for each in lifts:
        for kind, value in (("attempts", each.equal_attempts), ("cost", each.equal_cost)):
            name = f"{kind} {each.steps}"
            finding = _lift(each, kind, value, of, control, ps[name], adjusted[name], len(ps), what)
            findings.append(replace(finding, caveats=(*finding.caveats, *caveats)))
    return tuple(lifts), of, findings


def _lift(
    lift: FeedbackLift,
    kind: str,
    value: Estimate,
    unit: str,
    control: Control,
    p: float | None,
    p_adjusted: float | None,
    tests: int,
    units: str,
) -> Finding:
    verdict = verdict_of(p_adjusted, value.level)
    against = (
        f"{lift.steps} independent attempts"
        if kind == "attempts"
        else f"independent attempts at equal cost ({lift.attempts_spent:.2f}, by {unit})"
    )
    if verdict == "found":
        more = "more" if value.value > 0 else "less"
        sentence = (
            f"A chain of {lift.steps} steps with feedback solves {magnitude(value)} {more} than "
            f"{against}."
        )
    else:
        sentence = (
            f"No difference was found between a chain of {lift.steps} steps with feedback and "
            f"{against}: {points(value)}."
        )
    return decide(
        f"chains.lift-at-equal-{kind}.{lift.steps}",
        value,
        sentence,
        unit=f"{value.metric}, {lift.steps} steps",
        method=f"Student's t over {units}, against {control.name}",
        p=p,
        p_adjusted=p_adjusted,
        tests=tests,
        correction=holm_words(tests, "lifts"),
    )


def _p(value: Estimate, df: int) -> float | None:
    """Of Student's t for a lift of 0; where results are missing, for what is nearest to 0.

    The interval reaches from that of the least the lift may be to that of the most.
    """
    from scipy.special import stdtr, stdtrit

    error = value.standard_error
    if error is None or df < 1 or value.low is None or value.high is None:
        return None
    half = float(stdtrit(df, 0.5 + value.level / 2.0)) * error
    least, most = value.low + half, value.high - half
    nearest = 0.0 if least <= 0.0 <= most else min(abs(least), abs(most))
    if error < 1e-12:
        return float(nearest < 1e-12)
    return float(2.0 * stdtr(df, -nearest / error))
