"""The study of size and power, with few runs."""

import numpy as np
import pytest

from passatk.stats import Outcomes, compare

REPS = 40
# Three Monte Carlo standard errors above 5.5 %.
MOST = 0.055 + 3 * (0.055 * 0.945 / REPS) ** 0.5


@pytest.fixture(scope="module")
def study(load_study):
    return load_study("comparison_study")


def test_every_test_keeps_its_size(study) -> None:
    """Each kind of test at 20 problems or 12 clusters, under its null."""
    nulls = [name for name in study.cells() if name.startswith("null")]
    chosen = [name for name in nulls if "P=20" in name or "G=12" in name]
    chosen = [name for name in chosen if "M=30" not in name]
    assert len(chosen) > 30
    for name in chosen:
        assert study.rate(name, REPS)[1] <= MOST, name


@pytest.mark.parametrize("n", [1, 10])
def test_the_short_way_is_the_library_s(study, n: int) -> None:
    """Mean, interval and p of the study's own differences equal those of ``compare``."""
    rng = np.random.default_rng(n)
    a, b = rng.binomial(n, 0.6, 30), rng.binomial(n, 0.4, 30)
    seen = study.Change.of(a, b, n)
    (one,) = compare(Outcomes.from_counts(n, a), Outcomes.from_counts(n, b), margin=0.05)
    around = seen.interval()
    assert (one.change.low, one.change.high) == pytest.approx((around.low, around.high))
    assert (one.better + one.worse, one.equal) == (seen.different, seen.equal)
    p = study.noninferiority_p(seen.mean, 0.05, sparse=seen.sparse)
    assert one.p_noninferior == pytest.approx(p)
    flipped = study.sign_flip(seen.values[:, None], seen.counts, np.random.default_rng(0))
    assert one.p == pytest.approx(float(flipped.p[0]), abs=0.01)


def test_power_is_there(study) -> None:
    """A change that is large is found."""
    for name in (
        "power max-t +5 pp dense P=500 n=20",
        "power stopped k=5 +10 pp P=500",
        "power ranks +10 pp M=3 P=164 n=10",
    ):
        assert study.rate(name, 20)[1] >= 0.5, name


def test_the_report_counts_what_is_over(study, tmp_path, capsys) -> None:
    """Only beyond two standard errors of the simulation, and by name."""
    out = tmp_path / "table.csv"
    out.write_text(
        "cell,reps,rate,standard_error\n"
        "null McNemar P=50,1000,0.0560,0.0070\n"
        "null McNemar P=164,1000,0.0900,0.0090\n"
        "power McNemar +10 pp P=50,1000,0.2000,0.0126\n"
    )
    assert study.report(out) == 1
    printed = capsys.readouterr().out
    assert "| McNemar | 50: 5.6, 164: 9.0 |" in printed
    assert "| McNemar +10 pp | 50: 20.0 |" in printed
    assert "null McNemar P=164: 9.00 +- 0.90 %" in printed
