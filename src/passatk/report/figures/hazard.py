"""The chance of a first pass at attempt t, for problems without one so far."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from passatk.report.figures.charts import Row, alt, data, finished, spaced
from passatk.report.figures.figure import Figure, Table, counted, nothing_to_show
from passatk.report.figures.theme import colour
from passatk.stats.order import Hazard

_BLOCKS = 24
_TITLE = "Chance of a first pass"
_QUESTION = "Is it worth going on after so many failures?"


def draw_hazard(found: Hazard) -> Figure:
    """First passes among the problems still open, over growing blocks of attempts."""
    if len(found.t) < 2 or not found.first_passes.any():
        why = (
            "one attempt at a problem has no later ones"
            if len(found.t) < 2
            else "no attempt passed: there is no first pass to show"
        )
        return nothing_to_show("hazard", _TITLE, _QUESTION, why)
    rows = _blocks(found)
    base = alt.Chart(data(rows)).encode(
        x=alt.X("t:Q")
        .scale(type="log", domain=[1, len(found.t)], nice=False)
        .axis(format=",d", tickCount=6)
        .title("attempt, t")
    )
    tips = [
        alt.Tooltip("attempts:N", title="attempts"),
        alt.Tooltip("seen:Q", title="first passes a problem at risk", format=".4f"),
        alt.Tooltip("any:Q", title="in random order", format=".4f"),
        alt.Tooltip("risk:Q", title="problems at risk", format=","),
    ]
    value = (
        alt.Y("seen:Q")
        .scale(zero=True)
        .axis(format=".2f", tickCount=5)
        .title("chance of a first pass")
    )
    dots = base.mark_point(filled=True, opacity=0.9, color=colour("b")).encode(
        y=value,
        size=alt.Size("risk:Q")
        .scale(range=[20, 220])
        .title("problems at risk")
        .legend(values=_sizes(found)),
        tooltip=tips,
    )
    layers = [dots]
    if found.exchangeable is not None:
        line = base.mark_line(strokeWidth=2, strokeDash=[5, 4], color=colour("a")).encode(
            y="any:Q", tooltip=tips
        )
        layers.insert(0, line)
    first, last = rows[0], rows[-1]
    return Figure(
        name="hazard",
        title=_TITLE,
        question=_QUESTION,
        how_to_read=(
            "Dots: of the problems without a pass so far, the share that passes at attempt t; "
            "larger dots rest on more problems. Dashed: the same if the order of attempts were "
            "random. Both fall, because easy problems leave first; only a gap between them says "
            "something about order."
        ),
        alt=(
            f"{first['seen']:.3f} of the problems pass at the first attempt; of "
            f"{counted(int(last['risk']), 'problem')} still open at attempts {last['attempts']}, "
            f"{last['seen']:.4f} pass at each. After all attempts {found.unsolved[-1]:.3f} of the "
            "problems are without a pass."
        ),
        table=Table(
            ("attempts", "problems at risk", "first passes", "chance", "in random order"),
            [(r["attempts"], r["risk"], r["passes"], r["seen"], r["any"]) for r in rows],
            digits=4,
        ),
        spec=finished(alt.layer(*layers), height=260),
        method="first passes by problems at risk; those without a pass are censored at their end",
        basis=counted(int(found.at_risk[0]), "problem"),
    )


def _blocks(found: Hazard) -> list[Row]:
    """Late attempts are put together: with few first passes, one attempt shows nothing but 0."""
    edges = [k - 1 for k in spaced(len(found.t), _BLOCKS)] + [len(found.t)]
    rows = []
    for start, end in pairwise(edges):
        risk = found.at_risk[start:end]
        if risk.sum() == 0:
            continue
        expected = None
        if found.exchangeable is not None:
            known = np.nan_to_num(found.exchangeable[start:end])
            expected = float(np.sum(known * risk) / risk.sum())
        rows.append(
            {
                "t": (start + 1 + end) / 2,
                "attempts": f"{start + 1} to {end}" if end - start > 1 else f"{end}",
                "risk": int(risk[0]),
                "passes": int(found.first_passes[start:end].sum()),
                "seen": float(found.first_passes[start:end].sum() / risk.sum()),
                "any": expected,
            }
        )
    return rows


def _sizes(found: Hazard) -> list[int]:
    most = int(found.at_risk[0])
    return sorted({max(1, most // 10), max(1, most // 2), most})
