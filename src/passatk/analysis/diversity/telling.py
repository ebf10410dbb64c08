"""Diversity in words: findings that claim no more than the numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from passatk.analysis.diversity.result import Diversity
from passatk.analysis.diversity.seen import BEHAVIOUR, Part
from passatk.analysis.finding import Finding
from passatk.analysis.programs import APPROACH, LEVELS, NORMAL, TEXT
from passatk.analysis.subject import Subject
from passatk.stats import Caveat, StopAtSuccess

_EVIDENCE = 3
_GAIN_METHOD = (
    "fpass@k = 1 - [z^k] prod_g (1 + (1-r_g)((1+z)^n_g - 1)) / C(n, k) over approaches; "
    "the interval by the delta method over problems"
)


def no_programs(parts: Sequence[Part], level: float) -> Finding:
    """There is nothing to compare: imported results without their programs."""
    return Finding(
        code="diversity.duplicates",
        verdict="no information",
        sentence="The run has results but no programs, so nothing can be said of their diversity.",
        level=level,
        problems=len(parts),
        attempts=sum(part.attempts for part in parts),
    )


def with_findings(found: Diversity, subject: Subject, level: float) -> Diversity:
    """The result with its findings, the most telling first."""
    findings = [
        _variants(found, subject, level),
        _duplicates(found, level),
        _effective(found, level),
        *([_waste(found, level)] if found.levels[APPROACH].gains else []),
        _behaviours(found, level),
        *_unread(found, level),
    ]
    return dataclasses.replace(found, findings=tuple(findings))


def _variants(found: Diversity, subject: Subject, level: float) -> Finding:
    code = "diversity.variants"
    gains = found.levels[APPROACH].gains
    problems, attempts = _size(found.problems)
    if not gains:
        stopped = isinstance(subject.seen.outcomes.stopping, StopAtSuccess)
        why = "attempts ended with a pass" if stopped else "there are too few judged attempts"
        return Finding(
            code=code,
            verdict="no information",
            sentence=f"Whether further attempts gain by variants cannot be told, as {why}.",
            level=level,
            problems=problems,
            attempts=attempts,
        )
    gain = gains[0]
    if gain.inflation is None:
        return Finding(
            code=code,
            verdict="no information",
            sentence=(
                f"Between 1 and {gain.k} attempts no gain is certain, of which variants could "
                "have a share."
            ),
            level=level,
            problems=problems,
            attempts=attempts,
        )
    sweep = [
        name_gain[0].inflation.value
        for name in LEVELS
        if (name_gain := found.levels[name].gains) and name_gain[0].inflation is not None
    ]
    return Finding(
        code=code,
        verdict="description",
        sentence=(
            f"Of what {gain.k} attempts gain over one, {gain.inflation.value:.0%} comes from "
            f"variants of an approach whose first attempt failed: pass@{gain.k} is "
            f"{gain.passed.value:.3f}, and {gain.first_variant.value:.3f} where only the first "
            f"attempt of each approach counts. From the strictest to the loosest way to tell "
            f"approaches apart the share goes from {min(sweep):.0%} to {max(sweep):.0%}."
        ),
        effect=gain.inflation.value,
        low=gain.inflation.low,
        high=gain.inflation.high,
        unit=f"share of pass@{gain.k} - pass@1",
        level=level,
        method=_GAIN_METHOD,
        problems=problems,
        attempts=attempts,
        caveats=_about_attempts(subject),
    )


def _duplicates(found: Diversity, level: float) -> Finding:
    text, normal = found.levels[TEXT].distinct, found.levels[NORMAL].distinct
    problems, attempts = _size(found.problems)
    most = sorted(found.problems, key=lambda part: -max(part.sizes[NORMAL]) / part.attempts)
    return Finding(
        code="diversity.duplicates",
        verdict="description",
        sentence=(
            f"{text.value:.1%} of the attempts at a problem are different texts, and "
            f"{normal.value:.1%} are different programs once names, comments and layout do not "
            "count; the others are copies."
        ),
        effect=1.0 - normal.value,
        low=None if normal.high is None else 1.0 - normal.high,
        high=None if normal.low is None else 1.0 - normal.low,
        unit="share of attempts that repeat a normal form",
        level=level,
        method=f"distinct normal forms over attempts, mean over problems; {normal.method}",
        problems=problems,
        attempts=attempts,
        caveats=normal.warnings,
        evidence=tuple(
            f"{part.name}#{number}"
            for part in most[:_EVIDENCE]
            if max(part.sizes[NORMAL]) > 1
            for number in part.copied[:2]
        ),
    )


def _effective(found: Diversity, level: float) -> Finding:
    approach = found.levels[APPROACH]
    vendi = found.vendi
    assert vendi is not None
    problems, attempts = _size(found.problems)
    k, kinds = max(approach.rarefied.items())
    return Finding(
        code="diversity.effective",
        verdict="description",
        sentence=(
            f"{k} attempts at a problem hold {kinds.value:.1f} approaches on average, as many as "
            f"{approach.hill_1.value:.1f} equally frequent ones (Hill q=1; q=2 gives "
            f"{approach.hill_2.value:.1f}, Vendi {vendi.value:.1f})."
        ),
        effect=approach.hill_1.value,
        low=approach.hill_1.low,
        high=approach.hill_1.high,
        unit="effective number of approaches, Hill q=1",
        level=level,
        method=f"exp of Shannon's entropy over approaches ({APPROACH}), mean over problems",
        problems=problems,
        attempts=attempts,
        caveats=(
            Caveat(
                "grows-with-n",
                "effective numbers grow with the number of attempts; compare runs by the number "
                "of approaches among equally many",
            ),
        ),
    )


def _waste(found: Diversity, level: float) -> Finding:
    gain = found.levels[APPROACH].gains[0]
    problems, attempts = _size(found.problems)
    return Finding(
        code="diversity.waste",
        verdict="description",
        sentence=(
            f"Looking at {gain.k} different approaches in place of {gain.k} attempts would solve "
            f"{100 * gain.wasted.value:.1f} points more ({gain.distinct_review.value:.3f} instead "
            f"of {gain.passed.value:.3f})."
        ),
        effect=gain.wasted.value,
        low=gain.wasted.low,
        high=gain.wasted.high,
        unit=f"distinct review@{gain.k} - pass@{gain.k}",
        level=level,
        method="attempts in random order, each approach looked at once; Student's t over problems",
        problems=problems,
        attempts=attempts,
    )


def _behaviours(found: Diversity, level: float) -> Finding:
    code = "diversity.behaviours"
    if BEHAVIOUR not in found.levels:
        problems, attempts = _size(found.problems)
        return Finding(
            code=code,
            verdict="no information",
            sentence="No result of a single test is known, so behaviours cannot be told apart.",
            level=level,
            problems=problems,
            attempts=attempts,
        )
    behaviour = found.levels[BEHAVIOUR]
    known = [part for part in found.problems if BEHAVIOUR in part.sizes]
    k, kinds = max(behaviour.rarefied.items())
    return Finding(
        code=code,
        verdict="description",
        sentence=(
            f"On the tests {k} attempts at a problem show {kinds.value:.1f} different behaviours "
            f"on average, as many as {behaviour.hill_1.value:.1f} equally frequent ones."
        ),
        effect=behaviour.hill_1.value,
        low=behaviour.hill_1.low,
        high=behaviour.hill_1.high,
        unit="effective number of behaviours, Hill q=1",
        level=level,
        method="status, result of each test, first failure and output, taken together",
        problems=len(known),
        attempts=sum(sum(part.sizes[BEHAVIOUR]) for part in known),
    )


def _unread(found: Diversity, level: float) -> list[Finding]:
    """What could not be read as a whole, if anything."""
    total = sum(found.readings.values())
    odd = {name: count for name, count in found.readings.items() if name != "parsed" and count}
    words = {
        "errors": "have syntax errors and are compared around them",
        "too large": "are too large to be parsed and are compared as texts",
        "no grammar": "are in a language without a grammar here and are compared as texts",
    }
    said = [f"{count} {words[name]}" for name, count in sorted(odd.items())]
    if found.empty:
        said.append(f"{found.empty} are empty")
    if not said:
        return []
    return [
        Finding(
            code="diversity.unread",
            verdict="description",
            sentence=f"Of {total} programs, {'; '.join(said)}.",
            effect=sum(odd.values()) / total,
            unit="share of programs that do not parse as a whole",
            level=level,
            method="tree-sitter",
            problems=len(found.problems),
            attempts=total,
        )
    ]


def _size(parts: Sequence[Part]) -> tuple[int, int]:
    return len(parts), sum(part.attempts for part in parts)


def _about_attempts(subject: Subject) -> tuple[Caveat, ...]:
    caveats = []
    if subject.seen.chained:
        caveats.append(
            Caveat(
                "chained",
                f"{subject.seen.chained} attempts are steps of chains, which are not exchangeable",
            )
        )
    if subject.seen.unexplained:
        caveats.append(
            Caveat("unequal-n", "problems have different numbers of attempts, and nothing says why")
        )
    return tuple(caveats)
