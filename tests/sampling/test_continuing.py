"""A run that was killed, ended by its budget or extended: nothing is asked for twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from passatk.errors import BudgetSpent, DataError
from passatk.generation.prices import Price
from passatk.sampling import engine
from passatk.sampling.plan import Plan
from passatk.stats.stopping import StopAtSuccess
from passatk.store import Store

from .examples import benchmark, numbers, problem, sample_from, settings
from .server import Server, choice, completions, says

ALL = {name: [0, 1, 2, 3] for name in ("one", "two", "three")}


def test_a_finished_run_asks_for_nothing(store: Store) -> None:
    """The same command once more sends no request."""
    with Server(says("x")) as server:
        sample_from(store, server.url)
        assert 12 == len(server.requests)
        run, _ = sample_from(store, server.url)
        assert 12 == len(server.requests)
    assert ALL == numbers(store, run)


def test_budget_of_requests(store: Store) -> None:
    """Each command sends so many at most, and the next goes on."""
    with Server(says("x")) as server:
        for sent in (5, 10):
            _, report = sample_from(store, server.url, max_requests=5)
            assert isinstance(report.ended_by, BudgetSpent)
            assert sent == len(server.requests)
        run, report = sample_from(store, server.url, max_requests=5)
        assert (None, 12) == (report.ended_by, len(server.requests))
    assert ALL == numbers(store, run)


@pytest.mark.parametrize("concurrency", [1, 4])
def test_budget_of_money(store: Store, concurrency: int) -> None:
    """With a bound on tokens the run never costs more, however many requests are under way."""
    price = Price(input=1000.0, output=100_000.0)  # 0.51 a completion, 1.05 at most
    usage = {"prompt_tokens": 10, "completion_tokens": 5}
    with Server(lambda request: completions(choice("x"), usage=usage)) as server:
        run, report = sample_from(
            store,
            server.url,
            how=settings(max_tokens=10),
            concurrency=concurrency,
            price=price,
            max_cost=4.0,
        )
        assert isinstance(report.ended_by, BudgetSpent)
        cost = store.spending(run).cost
        assert cost is not None
        assert 2.5 < cost <= 4.0
        assert round(cost / 0.51) == len(server.requests)
        # The money that the run has cost before counts.
        _, report = sample_from(
            store, server.url, how=settings(max_tokens=10), price=price, max_cost=4.0
        )
        assert (0, True) == (report.attempts, isinstance(report.ended_by, BudgetSpent))


def test_budget_without_usage(store: Store) -> None:
    """A server that does not say what it used cannot be held to a budget, which is said."""
    with (
        Server(lambda request: completions(choice("x"), usage={})) as server,
        pytest.raises(DataError, match="does not report the tokens"),
    ):
        sample_from(store, server.url, price=Price(1, 1), max_cost=4.0, concurrency=1)
    assert 1 == len(server.requests)


def test_budget_without_a_price(store: Store) -> None:
    """--max-cost for a model whose price nobody gave is an error, before anything is sent."""
    with Server(says("x")) as server, pytest.raises(DataError, match="price"):
        sample_from(store, server.url, max_cost=1.0)
    assert [] == server.requests


def test_interrupted_in_the_moment_of_an_answer(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C between an answer and its commit: the answer is committed."""
    keep = engine.Engine._keep
    seen = 0

    async def interrupted(self: engine.Engine, *arguments: object) -> None:
        nonlocal seen
        seen += 1
        if seen == 3:
            for task in asyncio.all_tasks():
                task.cancel()
        await keep(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(engine.Engine, "_keep", interrupted)
    with Server(says("x")) as server:
        with pytest.raises(asyncio.CancelledError):
            sample_from(store, server.url, concurrency=1)
        there = sum(map(len, numbers(store, store.run("run")).values()))
        assert there == len(server.requests)
        monkeypatch.undo()
        run, _ = sample_from(store, server.url)
        assert 12 == len(server.requests)
    assert ALL == numbers(store, run)


def test_extension(store: Store) -> None:
    """More attempts under the same settings; under others, or by -n alone, they are refused."""
    with Server(says("x")) as server:
        sample_from(store, server.url)
        with pytest.raises(DataError, match="--extend 2 adds"):
            sample_from(store, server.url, 6)
        with pytest.raises(DataError, match="temperature"):
            sample_from(store, server.url, 0, extend=2, how=settings(temperature=1.0))
        with pytest.raises(DataError, match="benchmark"):
            sample_from(store, server.url, 0, extend=2, problems=benchmark(problem("one")))
        run, _ = sample_from(store, server.url, 0, extend=2)
        assert {name: [*range(6)] for name in ALL} == numbers(store, run)
        assert 18 == len(server.requests)
        # The same command that began it goes on with what it is now.
        run, _ = sample_from(store, server.url, 0)
        assert 18 == len(server.requests)
        run, _ = sample_from(store, server.url, 0, extend=2)
        assert {name: [*range(8)] for name in ALL} == numbers(store, run)


def test_an_extension_that_was_not_finished(store: Store) -> None:
    """It is continued, not added to once more."""
    with Server(says("x")) as server:
        sample_from(store, server.url)
        sample_from(store, server.url, 0, extend=2, max_requests=1)
        run, _ = sample_from(store, server.url, 0, extend=2)
    assert {name: [*range(6)] for name in ALL} == numbers(store, run)


def test_extension_of_nothing(store: Store) -> None:
    """There has to be a run; and one that ends by a rule stays under it."""
    with Server(says("x")) as server:
        with pytest.raises(DataError, match="no run 'run' to extend"):
            sample_from(store, server.url, 3, extend=2)
        with pytest.raises(DataError, match="-n"):
            sample_from(store, server.url, 0)


def test_what_depends_on_verdicts_needs_a_judge(store: Store) -> None:
    """Sampling until a pass, or with feedback, without judging is refused."""
    for plan in (Plan(4, rule=StopAtSuccess(1, 4)), Plan(4, steps=2)):
        with pytest.raises(DataError, match="depends on verdicts"):
            sample_from(store, "http://127.0.0.1:1/v1", plan=plan)


def test_tokens_of_a_request_are_shared_out(store: Store) -> None:
    """What a request used is split among its attempts, whole and without remainder."""
    usage = {
        "prompt_tokens": 10,
        "completion_tokens": 7,
        "prompt_tokens_details": {"cached_tokens": 4},
        "completion_tokens_details": {"reasoning_tokens": 2},
    }
    with Server(lambda r: completions(*[choice("x")] * r.n, usage=usage)) as server:
        run, _ = sample_from(
            store,
            server.url,
            per_request=4,
            problems=benchmark(problem("one")),
            price=Price(input=1, output=2, cached_input=0.5),
        )
    found = [each.attempt.extra for each in store.attempts(run)]
    assert [3, 3, 2, 2] == [each["prompt_tokens"] for each in found]
    assert [2, 2, 2, 1] == [each["completion_tokens"] for each in found]
    spending = store.spending(run)
    assert (10, 7) == (spending.prompt_tokens, spending.completion_tokens)
    assert spending.cost == pytest.approx((6 * 1 + 4 * 0.5 + 7 * 2) / 1e6)


def test_settings_are_recorded_whole(store: Store, tmp_path: Path) -> None:
    """The manifest has every setting, and the prompt template with its hash."""
    how = settings(temperature=0.5, extra_body={"top_k": 3}, stop=("a",))
    with Server(says("x")) as server:
        run, _ = sample_from(store, server.url, how=how)
    recorded = run.manifest["settings"]["generation"]
    assert how.to_dict() == {key: recorded[key] for key in how.to_dict()}
    assert {"name", "version", "sha256"} == recorded["prompt"].keys()
    assert 64 == len(recorded["prompt"]["sha256"])


def test_duplicates_in_one_commit(store: Store) -> None:
    """Attempts that came in the same moment, some alike, are all there under their numbers."""
    with Server(lambda r: completions(*[choice(f"x = {r.index % 2}")] * r.n)) as server:
        run, report = sample_from(store, server.url, 40, concurrency=16, per_request=3)
    assert {name: [*range(40)] for name in ALL} == numbers(store, run)
    assert 120 == report.attempts == store.progress(run).attempts
