"""How the pass rate varies over problems, beside the distribution fitted to it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from passatk.report.figures.charts import alt, data, finished
from passatk.report.figures.figure import Figure, Table, basis
from passatk.report.figures.theme import colour
from passatk.stats import Outcomes
from passatk.stats.beta_binomial import Tails, fit_beta
from passatk.stats.extrapolation import BetaBinomial
from passatk.stats.validation import IntArray

_MOST_BINS = 20


@dataclass(frozen=True, slots=True)
class Difficulty:
    """Problems by pass rate.

    Attributes:
        names: of the bins, "never" and "always" among them.
        observed: problems in each.
        expected: how many the fitted distribution puts there.
        a, b: the Beta distribution of pass probabilities.
        problems, attempts: what it rests on.
    """

    names: tuple[str, ...]
    observed: tuple[int, ...]
    expected: tuple[float, ...]
    a: float
    b: float
    problems: int
    attempts: int


def difficulty(outcomes: Outcomes) -> Difficulty:
    """Never solved, always solved, and bins of equal width between, with the fit to the counts."""
    a, b = (float(each) for each in fit_beta(Tails.of(outcomes.n, outcomes.c)))
    model = BetaBinomial(a, b)
    width = max(1, min(_MOST_BINS, int(outcomes.n.min()) - 1))
    observed, expected = np.zeros(width + 2), np.zeros(width + 2)
    for n in np.unique(outcomes.n).tolist():
        here = outcomes.n == n
        bins = _bins(np.arange(n + 1), n, width)
        observed += np.bincount(bins[outcomes.c[here]], minlength=width + 2)
        expected += np.bincount(bins, model.pmf(n), width + 2) * here.sum()
    edges = np.linspace(0, 1, width + 1).tolist()
    between = [f"{low:.2f} to {high:.2f}" for low, high in pairwise(edges)]
    return Difficulty(
        names=("never", *between, "always"),
        observed=tuple(int(each) for each in observed),
        expected=tuple(float(each) for each in expected),
        a=a,
        b=b,
        problems=len(outcomes),
        attempts=int(outcomes.n.sum()),
    )


def draw_difficulty(found: Difficulty) -> Figure:
    """Bars of problems by pass rate, and the fit as marks over them."""
    rows = [
        {"bin": name, "seen": seen, "fit": fit, "what": "fitted"}
        for name, seen, fit in zip(found.names, found.observed, found.expected, strict=True)
    ]
    base = alt.Chart(data(rows)).encode(
        x=alt.X("bin:N")
        .sort(list(found.names))
        .axis(labelAngle=-45, labelOverlap=False)
        .title("share of attempts that passed")
    )
    tips = [
        alt.Tooltip("bin:N", title="share passed"),
        alt.Tooltip("seen:Q", title="problems"),
        alt.Tooltip("fit:Q", title="fitted", format=".1f"),
    ]
    bars = base.mark_bar(color=colour("a"), opacity=0.75).encode(
        y=alt.Y("seen:Q").title("problems").axis(tickMinStep=1), tooltip=tips
    )
    dots = base.mark_point(
        shape="diamond", filled=True, size=70, opacity=1, color=colour("b")
    ).encode(y="fit:Q", tooltip=tips)
    never, always = found.observed[0], found.observed[-1]
    middle = found.problems - never - always
    return Figure(
        name="difficulty",
        title="Spread of difficulty",
        question="How unlike are the problems?",
        how_to_read=(
            "Bars: problems by the share of their attempts that passed. Diamonds: what one Beta "
            "distribution of pass probabilities, fitted to the counts, expects. Problems never "
            "solved may be out of reach or only rare: these attempts do not tell."
        ),
        alt=(
            f"{never:,} of {found.problems:,} problems were never solved, {middle:,} sometimes, "
            f"{always:,} always. Fitted: Beta({found.a:.2f}, {found.b:.2f}), which expects "
            f"{found.expected[0]:.1f} never and {found.expected[-1]:.1f} always."
        ),
        table=Table(
            ("share passed", "problems", "fitted"),
            list(zip(found.names, found.observed, found.expected, strict=True)),
            digits=1,
        ),
        spec=finished(alt.layer(bars, dots), height=240),
        method=f"beta-binomial by maximum likelihood: Beta({found.a:.3f}, {found.b:.3f})",
        basis=basis(found.problems, found.attempts),
    )


def _bins(c: IntArray, n: int, width: int) -> IntArray:
    """0 for never, width + 1 for always, and 1..width between."""
    bins: IntArray = 1 + np.minimum((c * width) // n, width - 1)
    bins[c == 0] = 0
    bins[c == n] = width + 1
    return bins
