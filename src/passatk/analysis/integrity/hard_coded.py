"""Do programs know the answers of the tests?

Two signs, each a test of its own:

* literals: telling results that a problem's tests ask for stand in the code of attempts at that
  problem more often than results of other problems do. Results that a reference solution has in
  its code too do not count, and one problem in twenty may have a reason of its own: the test
  leaves out those where it happens most, and claims something only if the others show it too.
* visible tests only: among programs that fail, one passes exactly the visible tests. By chance the
  t tests that a program passes are drawn with the odds of each test (from all failing programs);
  then the chance of drawing exactly the v visible ones is

      prod_{visible} w / e_v(w),   t = v,

  with e_v the elementary symmetric polynomial of the odds w.

Source: Benjamini and Heller 2008, Biometrics 64:1215 (claims that need several problems).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from passatk.analysis.finding import Finding
from passatk.analysis.integrity.evidence import Answer, exceedance, fewest, mean_interval, nothing
from passatk.analysis.integrity.part import Part
from passatk.stats.result import Caveat
from passatk.stats.validation import BoolArray, FloatArray

LITERALS = "integrity.test-answers"
VISIBLE = "integrity.visible-only"

_ONE_IN = 20
_FEWEST_PROBLEMS = 3

_EASIER = Caveat(
    "easier",
    "tests that are passed in steps, the visible ones first, look the same without any game",
)


def literals(
    parts: Sequence[Part], *, level: float, draws: int, rng: np.random.Generator
) -> Answer | Finding:
    """Test results of a problem's own tests against those of others, given out at random."""
    known = [part for part in parts if part.outputs]
    if len(known) < _FEWEST_PROBLEMS:
        return nothing(
            LITERALS,
            "Fewer than three problems have tests whose expected results can be told apart.",
        )
    holds, hits = _holding(known)
    own = holds.diagonal()
    spared = -(-len(known) // _ONE_IN)
    tested = np.sort(np.argsort(-own, kind="stable")[spared:])
    others = np.tile(tested, (draws, 1))
    rng.permuted(others, axis=1, out=others)
    drawn = holds[tested, others].sum(axis=1)
    effect = float(own.mean())
    low, high = mean_interval(own, level, 0.0, 1.0)
    # Of one problem alone: among all problems whose results could have been its own.
    p_of_problem = {
        part.problem: float((holds[i] >= own[i]).mean()) if own[i] > 0 else 1.0
        for i, part in enumerate(known)
    }
    mean = float((holds.sum() - own.sum()) / (len(known) - 1)) / len(known)
    told = (
        f"{effect:.1%} of attempts hold an expected result of their own tests as a literal, "
        f"{mean:.1%} one of another problem's"
    )
    return Answer(
        Finding(
            LITERALS,
            "not found",
            f"{told}: no more than chance explains.",
            effect=effect,
            unit="of attempts hold an expected result, mean over problems",
            low=low,
            high=high,
            p=exceedance(float(own[tested].sum()), drawn),
            method=f"expected results exchanged between problems, without the {spared} where it "
            "happens most; one-sided (partial conjunction)",
            problems=len(known),
            attempts=sum(part.n for part in known),
            evidence=_attempts(known, own, hits),
        ),
        f"{told}: consistent with answers of the tests written into programs.",
        mean,
        float(drawn.std()) / len(known),
        p_of_problem,
    )


def _holding(parts: Sequence[Part]) -> tuple[FloatArray, list[list[int]]]:
    """Share of the attempts at i that hold a result of j, shape (P, P); which hold one of i."""
    having = defaultdict(list)
    for j, part in enumerate(parts):
        for key in part.outputs:
            having[key].append(j)
    holds = np.zeros((len(parts), len(parts)))
    hits: list[list[int]] = [[] for _ in parts]
    for i, part in enumerate(parts):
        for number, facts in zip(part.numbers, part.facts, strict=True):
            found = {j for key in facts.literals for j in having.get(key, ())}
            holds[i, list(found)] += 1.0 / part.n
            if i in found:
                hits[i].append(number)
    return holds, hits


def _attempts(parts: Sequence[Part], own: FloatArray, hits: list[list[int]]) -> tuple[str, ...]:
    """The first such attempt of each of the fewest problems that have half of them."""
    names = fewest(own, [part.problem for part in parts])
    first = {part.problem: found[0] for part, found in zip(parts, hits, strict=True) if found}
    return tuple(f"{name}#{first[name]}" for name in names)


def visible_only(parts: Sequence[Part], *, level: float) -> Answer | Finding:
    """Test how many problems have a program that passes exactly the visible tests."""
    known = [(part, patterns) for part in parts if len(patterns := _patterns(part)) > 0]
    if not known:
        return nothing(VISIBLE, "No problem has results of both visible and hidden tests.")
    seen, chance, share = (np.zeros(len(known)) for _ in range(3))
    for i, (part, patterns) in enumerate(known):
        visible = np.array(part.visible)
        chance[i] = _chance(patterns, visible)
        failing = sum(patterns.values())
        wanted = tuple(bool(each) for each in visible)
        share[i] = patterns[wanted] / failing
        seen[i] = wanted in patterns
    effect, expected = float(seen.mean()), float(chance.mean())
    excess = seen - chance
    told = (
        f"Of {len(known)} problems with visible and hidden tests, {int(seen.sum())} have a program "
        f"that passes exactly the visible ones ({share.mean():.1%} of failing attempts); by the "
        f"difficulty of the tests {chance.sum():.1f} would"
    )
    return Answer(
        Finding(
            VISIBLE,
            "not found",
            f"{told}: no more than chance explains.",
            effect=effect,
            unit="of problems have a program that passes exactly the visible tests",
            low=None,
            high=None,
            level=level,
            p=_at_least(int(seen.sum()), chance),
            method="passed tests drawn with the odds of each test, one-sided",
            problems=len(known),
            attempts=sum(sum(patterns.values()) for _, patterns in known),
            caveats=(_EASIER,),
            evidence=fewest(excess * share, [part.problem for part, _ in known]),
        ),
        f"{told}: consistent with programs made for the tests that can be seen.",
        expected,
        float(np.sqrt((chance * (1.0 - chance)).sum())) / len(known),
        {part.problem: float(chance[i]) if seen[i] else 1.0 for i, (part, _) in enumerate(known)},
    )


def _patterns(part: Part) -> Counter[tuple[bool, ...]]:
    """Which tests failing attempts pass, where all were run, and how many pass just these."""
    if part.visible is None:
        return Counter()
    return Counter(
        tuple(letter == "p" for letter in letters)
        for letters, passed in zip(part.letters, part.passed, strict=True)
        if not passed and len(letters) == len(part.visible) and "-" not in letters
    )


def _chance(patterns: Counter[tuple[bool, ...]], visible: BoolArray) -> float:
    """The chance that one of the patterns with as many passes as visible tests is exactly those.

    Each distinct pattern counts once, as programs with one mistake are no independent evidence.
    """
    table = np.array([pattern for pattern in patterns if any(pattern)], dtype=np.float64)
    as_many = int((table.sum(axis=1) == visible.sum()).sum()) if len(table) else 0
    if not as_many:
        return 0.0
    return float(1.0 - (1.0 - _exactly(_odds(table), visible)) ** as_many)


def _odds(table: FloatArray) -> FloatArray:
    """The odds of each test in a Rasch model of patterns, shape (D, T) to (T,), of product 1.

    From pairs of tests: log w_s is the mean over t of log(#(s passed, t not) / #(t passed, s not)),
    with 1/2 added to each count. Unlike pass rates, these do not depend on how able programs are.

    Source: Choppin 1968, Nature 219:870.
    """
    ahead = table.T @ (1.0 - table) + 0.5
    logs: FloatArray = (np.log(ahead) - np.log(ahead.T)).mean(axis=1)
    return np.exp(logs)


def _exactly(odds: FloatArray, visible: BoolArray) -> float:
    """prod of the visible odds over the elementary symmetric polynomial of their number."""
    size = int(visible.sum())
    symmetric = np.zeros(size + 1)
    symmetric[0] = 1.0
    for each in odds:
        symmetric[1:] += each * symmetric[:-1]
    return float(np.prod(odds[visible]) / symmetric[size])


def _at_least(count: int, chance: FloatArray) -> float:
    """P(at least ``count`` of independent events), by convolution."""
    distribution = np.ones(1)
    for each in chance:
        distribution = np.convolve(distribution, [1.0 - each, each])
    return min(float(distribution[count:].sum()), 1.0)
