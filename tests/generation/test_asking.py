"""Templates, patience, prices: what does not need a server."""

from __future__ import annotations

import asyncio
import contextlib
import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.errors import BudgetSpent, DataError
from passatk.generation import templates
from passatk.generation.builtin_model import BuiltinModel, parse_model
from passatk.generation.model import Completion, Message, OneByOne, Request, Unreachable
from passatk.generation.model_settings import Settings
from passatk.generation.openai_server import shown_url
from passatk.generation.patience import GivenUp, Pace, Patience, ask_patiently
from passatk.generation.prices import Budget, Price
from passatk.generation.responses import read_answer
from passatk.records import CallCase, CallTests, CodeTests, Problem, StreamCase, StreamTests

CALLS = CallTests((CallCase((1,), 2),))
FUNCTION = Problem("f", "def f(n):\n", CALLS, "f")
DESCRIBED = Problem("d", '"""Write a function."""\n', CodeTests(), "g")
PROGRAM = Problem("p", "Print 1.\n", StreamTests((StreamCase("", "1"),)))


class Clock:
    """Time that passes by waiting alone."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


class Failing:
    """A model that meets these faults and then answers."""

    def __init__(self, *faults: float | None) -> None:
        self.faults = list(faults)
        self.asked: list[float] = []

    async def ask(self, request: Request) -> list[Completion]:
        if self.faults:
            raise Unreachable("fault", self.faults.pop(0))
        return [Completion("x")]

    async def aclose(self) -> None: ...


def ask(model: Failing, clock: Clock, *, retries: int = 8, pace: Pace | None = None) -> None:
    request = Request(FUNCTION, 0, 1, ())
    patience = Patience(retries, Random(1))
    pace = pace or Pace(now=clock)
    asyncio.run(
        ask_patiently(model, request, patience, pace, sending=lambda: None, sleep=clock.sleep)
    )


def test_retry_after_is_respected() -> None:
    """The wait is what the server asks for, and everybody keeps to it."""
    clock = Clock()
    pace = Pace(now=clock)
    ask(Failing(30.0, 7.0), clock, pace=pace)
    assert [30.0, 7.0] == clock.waits
    pace.hold(5.0)
    asyncio.run(pace.turn(clock.sleep))
    assert 5.0 == clock.waits[-1]


def test_back_off_doubles_up_to_a_minute() -> None:
    """Without a word of the server: exponential, with jitter between a half and the whole."""
    clock = Clock()
    ask(Failing(*[None] * 10), clock, retries=10)
    longest = [min(60.0, 0.5 * 2**i) for i in range(10)]
    assert 10 == len(clock.waits)
    assert all(most / 2 <= wait <= most for wait, most in zip(clock.waits, longest, strict=True))


def test_patience_ends() -> None:
    """After so many repetitions, or where the server asks for too long a wait."""
    with pytest.raises(GivenUp, match="3 times"):
        ask(Failing(*[None] * 9), Clock(), retries=2)
    clock = Clock()
    with pytest.raises(GivenUp, match="asks to wait 4000 s"):
        ask(Failing(4000.0), clock)
    assert [] == clock.waits


def test_requests_a_minute() -> None:
    """Requests are spaced evenly."""
    clock = Clock()
    pace = Pace(120.0, now=clock)

    async def turns() -> list[float]:
        started = []
        for _ in range(4):
            await pace.turn(clock.sleep)
            started.append(clock.now - 1000.0)
        return started

    assert [0.0, 0.5, 1.0, 1.5] == asyncio.run(turns())


@given(st.floats(0, 100), st.floats(0, 100), st.integers(1, 8), st.text(max_size=50))
def test_a_bound_is_a_bound(input: float, output: float, count: int, prompt: str) -> None:
    """No request costs more than its bound, whatever the tokens, as long as tokens are bytes."""
    request = Request(FUNCTION, 0, count, (Message("user", prompt),))
    price = Price(input, output)
    tokens = len(prompt.encode("utf-8", "replace"))
    cost = price.of(Completion("", prompt_tokens=tokens, completion_tokens=100 * count))
    assert cost is not None
    assert cost <= price.at_most(request, 100) + 1e-12


def test_budget_sets_aside_what_is_under_way() -> None:
    """A request waits for others that may use up the rest, and ends the run only without them."""
    budget = Budget(Price(0, 1e6), max_cost=2.5, max_tokens=1)
    request = Request(FUNCTION, 0, 1, ())
    first, second = budget.reserve(request), budget.reserve(request)
    assert (1.0, 1.0, None) == (first, second, budget.reserve(request))
    budget.pay(Completion("", prompt_tokens=0, completion_tokens=1))
    budget.release(1.0)
    assert budget.reserve(request) is None
    budget.release(1.0)
    assert 1.0 == budget.reserve(request)
    budget.pay(Completion("", prompt_tokens=0, completion_tokens=1))
    budget.release(1.0)
    with pytest.raises(BudgetSpent):
        budget.reserve(request)


@pytest.mark.parametrize(
    "price",
    [
        None,
        {},
        {"input": 1},
        {"input": 1, "output": "2"},
        {"input": -1, "output": 2},
        {"input": 1, "output": 2, "other": 3},
        {"input": True, "output": 1},
    ],
)
def test_prices_that_are_none(price: object) -> None:
    """A table that is no price says what one looks like."""
    with pytest.raises(DataError, match="the price of m is no price"):
        Price.parse("m", price)


def test_situations() -> None:
    """A template has words for a function, for its description, and for a program."""
    found = [templates.situation(each) for each in (FUNCTION, DESCRIBED, PROGRAM)]
    assert ["function", "described", "program"] == found
    chat = templates.load("chat")
    texts = [chat.opening(each)[0].text for each in (FUNCTION, DESCRIBED, PROGRAM)]
    assert "```python\ndef f(n):\n```" in texts[0]
    assert "`g`" in texts[1]
    assert "standard input" in texts[2]
    completion = templates.load("completion")
    assert ["def f(n):\n"] == [each.text for each in completion.opening(FUNCTION)]
    assert completion.stop_for(FUNCTION)
    assert () == completion.stop_for(PROGRAM)


def test_what_is_filled_in_is_not_looked_at_again() -> None:
    """A prompt that has a place of its own stays as it is."""
    assert "{{entry_point}} g" == templates.fill(
        "{{prompt}} {{entry_point}}", prompt="{{entry_point}}", entry_point="g"
    )


@pytest.mark.parametrize("name", templates.names())
def test_templates_that_come_with_passatk(name: str) -> None:
    """Each is sound and bears the name of its file."""
    template = templates.load(name)
    assert name == template.name
    assert template.opening(FUNCTION)


def test_another_word_is_another_hash() -> None:
    """The hash is over all that a template says, not over how the file is laid out."""
    text = (
        'name = "a"\nversion = 1\nsummary = "s"\nchat = false\nfunction = "{{prompt}}"\n'
        'described = "d"\nprogram = "p"\nanswer = "completion"\nextract = "auto"\n'
    )
    first = templates.parse(text, "a.toml")
    assert first.sha256 == templates.parse("# a comment\n" + text, "a.toml").sha256
    assert first.sha256 != templates.parse(text.replace('"d"', '"e"'), "a.toml").sha256


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("chat = false", "chat = 1"), "chat"),
        (('summary = "s"\n', ""), "summary"),
        (('answer = "completion"', 'answer = "essay"'), "answer"),
        (("version = 1", "version = 1\nsystem = 'x'"), "chat"),
        (("version = 1", "version = 1\nmodel = 'x'"), "model"),
        (('program = "p"\n', ""), "program"),
        (("version = 1", "version = 1\nstop = 3"), "stop"),
    ],
)
def test_templates_that_are_none(change: tuple[str, str], field: str) -> None:
    """A fault names the file and the key."""
    text = (
        'name = "a"\nversion = 1\nsummary = "s"\nchat = false\nfunction = "f"\n'
        'described = "d"\nprogram = "p"\nanswer = "completion"\nextract = "auto"\n'
    )
    with pytest.raises(DataError, match=rf"a\.toml: not a prompt template\n  field: {field}"):
        templates.parse(text.replace(*change), "a.toml")
    with pytest.raises(DataError, match=r"a\.toml: not valid TOML: .*4300 digits"):
        templates.parse(text.replace("version = 1", f"version = {'1' * 5000}"), "a.toml")


@given(st.binary(max_size=60), st.integers(1, 3))
def test_any_body_is_an_answer_or_a_fault(body: bytes, count: int) -> None:
    """Whatever bytes a server sends, there is no other error."""
    with contextlib.suppress(Unreachable, OneByOne):
        assert read_answer(body, count)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "choices",
                    "message",
                    "content",
                    "text",
                    "usage",
                    "finish_reason",
                    "refusal",
                    "prompt_tokens",
                    "prompt_tokens_details",
                    "cached_tokens",
                    "type",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON, st.integers(1, 3))
def test_any_json_is_an_answer_or_a_fault(value: object, count: int) -> None:
    """The same for JSON of any shape, with the names that matter in any place."""
    for body in (
        value,
        {"choices": value},
        {"choices": [value]},
        {"choices": [{}], "usage": value},
    ):
        try:
            found = read_answer(json.dumps(body).encode(), count)
        except (Unreachable, OneByOne):
            continue
        assert all(isinstance(each.text, str) for each in found)


def test_addresses_are_shown_without_secrets() -> None:
    """User, password and query never leave the process."""
    assert "http://host:1/v1" == shown_url("http://user:secret@host:1/v1?key=secret#x")


@pytest.mark.parametrize(
    "change", [{"temperature": -1.0}, {"top_p": 2.0}, {"max_tokens": 0}, {"seed": -1}]
)
def test_settings_out_of_range(change: dict[str, float]) -> None:
    """They are refused before anything is asked."""
    with pytest.raises(DataError, match="out of its range"):
        Settings("server", "m", templates.load("chat"), **change)  # type: ignore[arg-type]


def test_the_builtin_model_by_its_name() -> None:
    """Its settings stand in the name; others are refused."""
    settings, gain = parse_model("builtin:skill=0.25,gain=1.5,mutants=true,seed=3")
    assert (0.25, 1.5, True, 3) == (settings.skill, gain, settings.mutants, settings.seed)
    for wrong in ("builtin:skil=1", "builtin:skill=x", "builtin:mutants=yes"):
        with pytest.raises(DataError, match="no such setting"):
            parse_model(wrong)


def test_the_builtin_model_gives_what_the_sampler_gives() -> None:
    """Asked in any portions, the attempts are those of the sampler."""
    from passatk import benchmarks

    problem = next(iter(benchmarks.load("builtin").problems.values()))
    settings, _ = parse_model("builtin:duplication=0.5")
    model = BuiltinModel(settings, attempts=9)

    async def asked() -> list[str]:
        parts = [await model.ask(Request(problem, at, 3, ())) for at in (6, 0, 3)]
        return [each.text for each in (*parts[1], *parts[2], *parts[0])]

    assert [each.text for each in model.sampler.sample(problem, 9)] == asyncio.run(asked())
