"""What the tests of order say, in words that claim no more than they show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from passatk.analysis.finding import Finding
from passatk.analysis.wording import detectable, holm_words, points, share, verdict_of
from passatk.stats import Caveat, Estimate, Outcomes
from passatk.stats.order import OrderTest

_CODES = {
    "trend": "order.trend",
    "prefix": "order.prefix",
    "lag-1": "order.dependence",
    "change point": "order.change-point",
    "first pass": "order.first-pass",
    "score trend": "order.score-trend",
}
# What makes neighbours alike without any dependence between them.
_MOVES = {"trend", "change point", "score trend"}
_UNITS = {
    "trend": "logit per attempt",
    "prefix": "of problems, solved by the first attempts minus by any",
    "lag-1": "passes after a pass, of attempts",
    "change point": "pass rate after minus before",
    "first pass": "attempts to the first pass, in this order minus in random order",
    "score trend": "rank correlation of place and score",
}
_METHODS = {
    "trend": "permutation within problems; conditional logistic slope (Cox 1970)",
    "prefix": "permutation within problems, largest deviation over all t",
    "lag-1": "permutation within problems",
    "change point": "permutation within problems, largest cumulative sum over all t",
    "first pass": "exact mean and variance under random order",
    "score trend": "Page 1963",
}


_BY_CLUSTER = "; all problems of a cluster together"


def about_assumption(
    tests: Sequence[OrderTest],
    found: Mapping[str, OrderTest],
    quality: str,
    best_first: bool,
    in_order: Sequence[Estimate],
    any_order: Sequence[Estimate],
    level: float,
    caveats: Sequence[Caveat],
) -> Finding:
    """Whether pass@k's assumption stands, and what to quote where it does not."""
    known = [test.p_adjusted for test in tests if test.p_adjusted is not None]
    smallest = min(known, default=None)
    verdict = verdict_of(smallest, level)
    if verdict == "no information":
        sentence = (
            "No problem has both passes and failures, or each has a single attempt: whether order "
            "matters cannot show."
        )
    elif verdict == "not found":
        sentence = (
            "No sign was found that the order of attempts matters: nothing speaks against pass@k, "
            "which takes any order for as likely."
        )
    else:
        words = []
        if best_first:
            words.append("the first attempt is better than others")
        if quality in ("declines", "improves"):
            words.append(f"quality {quality} from attempt to attempt")
        if "lag-1" in found and not found.keys() & _MOVES:
            words.append("attempts depend on the one before")
        if not words:
            words.append("results depend on the place of an attempt")
        quoted = ", ".join(f"{each.metric} {share(each)}" for each in in_order)
        sentence = (
            f"The order of attempts matters: {' and '.join(words)}. pass@k assumes that it does "
            f"not. Quote what the first k attempts solve in its place: {quoted}."
        )
    return Finding(
        code="order.assumption",
        verdict=verdict,
        sentence=sentence,
        level=level,
        p_adjusted=smallest,
        correction=_correction(len(known)),
        method="the smallest p of the family",
        problems=any_order[0].problems if any_order else 0,
        attempts=any_order[0].attempts if any_order else 0,
        caveats=tuple(caveats),
    )


def about_test(
    test: OrderTest,
    found: Mapping[str, OrderTest],
    slope: Estimate | None,
    outcomes: Outcomes,
    level: float,
    tests: int,
) -> Finding:
    """One test as a finding; the interval holds together with those of the others."""
    caveats = []
    if test.name == "lag-1" and test.name in found and found.keys() & _MOVES:
        words = "a rise or fall of quality, which was found, makes neighbours alike by itself"
        caveats.append(Caveat("explained", words))
    verdict = verdict_of(test.p_adjusted, level)
    low, high = test.interval or (None, None)
    if test.name == "trend":
        low, high = (None, None) if slope is None else (slope.low, slope.high)
    said = _FOUND[test.name](test) if verdict == "found" else _OTHERWISE[verdict][test.name]
    return Finding(
        code=_CODES[test.name],
        verdict=verdict,
        sentence=said,
        effect=test.effect if test.p is not None else None,
        unit=_UNITS[test.name],
        low=low,
        high=high,
        level=level,
        p=test.p,
        p_adjusted=test.p_adjusted,
        correction=_correction(tests),
        smallest_detectable=test.detectable_in_family,
        method=_METHODS[test.name] + (_BY_CLUSTER if outcomes.clusters else ""),
        problems=test.problems,
        attempts=int(outcomes.n.sum()),
        caveats=tuple(caveats),
    )


def about_halves(halves: Estimate) -> Finding:
    """The two halves of the attempts, on the scale of pass@1."""
    return Finding(
        code="order.halves",
        verdict="description",
        sentence="pass@1 of the second half of the attempts minus that of the first is "
        f"{points(halves)}.",
        effect=halves.value,
        unit="pass@1, second half minus first",
        low=halves.low,
        high=halves.high,
        level=halves.level,
        smallest_detectable=detectable(halves.standard_error, halves.level),
        method="Student's t over problems",
        problems=halves.problems,
        attempts=halves.attempts,
        caveats=halves.warnings,
    )


def about_best_first(first: Estimate, standard_error: float) -> Finding:
    """What who only ever looks at the first attempt gains or loses."""
    return Finding(
        code="order.best-first",
        verdict="description",
        sentence=f"The pass rate of the first attempt minus that of any is {points(first)}.",
        effect=first.value,
        unit="pass rate of the first attempt minus pass@1",
        low=first.low,
        high=first.high,
        level=first.level,
        smallest_detectable=detectable(standard_error, first.level) if standard_error else None,
        method="Student's t over problems",
        problems=first.problems,
        attempts=first.attempts,
        caveats=first.warnings,
    )


def _correction(tests: int) -> str:
    return holm_words(tests, "tests of order")


def _trend(test: OrderTest) -> str:
    more = test.z is not None and test.z > 0
    return f"Later attempts pass {'more' if more else 'less'} often than earlier ones."


def _prefix(test: OrderTest) -> str:
    assert test.effect is not None
    who = "The first attempt solves" if test.at == 1 else f"The first {test.at} attempts solve"
    direction = "more" if test.effect > 0 else "fewer"
    other = "an attempt" if test.at == 1 else f"{test.at} attempts"
    return (
        f"{who} {100 * abs(test.effect):.1f} points {direction} of the problems than {other} at "
        "random."
    )


def _lag(test: OrderTest) -> str:
    assert test.effect is not None
    if test.effect > 0:
        return "Neighbouring attempts are alike: passes follow passes more often than by chance."
    return "Neighbouring attempts alternate: passes follow passes less often than by chance."


def _change(test: OrderTest) -> str:
    assert test.effect is not None
    verb = "rises" if test.effect > 0 else "falls"
    return (
        f"The pass rate {verb} by {100 * abs(test.effect):.1f} points in the run; the change shows "
        f"most after attempt {test.at}."
    )


def _first_pass(test: OrderTest) -> str:
    assert test.effect is not None
    when = "sooner" if test.effect < 0 else "later"
    return f"The first pass comes {abs(test.effect):.2f} attempts {when} than in random order."


def _score(test: OrderTest) -> str:
    assert test.effect is not None
    return f"Later attempts score {'higher' if test.effect > 0 else 'lower'} than earlier ones."


_FOUND: Mapping[str, Callable[[OrderTest], str]] = {
    "trend": _trend,
    "prefix": _prefix,
    "lag-1": _lag,
    "change point": _change,
    "first pass": _first_pass,
    "score trend": _score,
}
_OTHERWISE: Mapping[str, Mapping[str, str]] = {
    "not found": {
        "trend": "No steady rise or fall of the pass rate was found.",
        "prefix": "The first attempts were not found to differ from any others.",
        "lag-1": "No dependence of an attempt on the one before was found.",
        "change point": "No jump of the pass rate at some attempt was found.",
        "first pass": "The first pass was not found to come sooner or later than in random order.",
        "score trend": "No steady rise or fall of the scores was found.",
    },
    "no information": {
        "trend": "A trend cannot show: no problem has both passes and failures.",
        "prefix": "First attempts cannot be told from others: no problem has both passes and "
        "failures.",
        "lag-1": "Dependence of neighbours cannot show: no problem has two passes and a failure.",
        "change point": "A jump cannot show: no problem has both passes and failures.",
        "first pass": "When the first pass comes is the same in any order.",
        "score trend": "A trend of scores cannot show: at each problem all attempts score alike.",
    },
}
