"""Servers that misbehave: each fault has its outcome, and no attempt is lost or doubled."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from collections import Counter
from typing import Any

import pytest

from passatk.errors import ModelError
from passatk.generation import connections, patience
from passatk.store import Store

from .examples import Silent, benchmark, numbers, problem, sample_from, settings
from .server import Answer, Reply, Request, Server, choice, completions, error, says

ALL = {name: [0, 1, 2, 3] for name in ("one", "two", "three")}
GOOD = "```python\ndef one(n):\n    return 2 * n\n```"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Back-off that hardly waits."""
    monkeypatch.setattr(patience, "_FIRST_WAIT", 0.001)


def sometimes(bad: Reply, every: int = 3) -> Answer:
    """Every third request meets the fault."""
    return lambda request: bad if request.index % every == 0 else completions(choice(GOOD))


FAULTS = {
    "429": error(429, "slow down"),
    "429 with Retry-After": error(429, "slow down", headers={"Retry_After": "0"}),
    "429 with Retry-After in ms": error(429, "slow down", headers={"retry_after_ms": "1"}),
    "429 with a date": error(429, headers={"Retry_After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
    "429 with nonsense": error(429, headers={"Retry_After": "soon"}),
    "500": error(500, "oops"),
    "503 of a proxy": Reply(b"<html>no</html>", 503, {"content-type": "text/html"}),
    "slow": Reply(delay=2.0),
    "dropped at once": Reply(b"{}", drop=0),
    "dropped in the head": Reply(b"{}", drop=20),
    "dropped in the body": Reply(b'{"choices": []}', drop=80),
    "malformed JSON": Reply(b'{"choices": ['),
    "no JSON": Reply(b"hello"),
    "JSON of another kind": Reply(b"[1, 2]"),
    "no choices at all": Reply(b'{"object": "chat.completion"}'),
    "choices that are none": Reply(b'{"choices": ["hello"]}'),
    "an empty body": Reply(b""),
    "no gzip": Reply(b"\x1f\x8bno", headers={"content-encoding": "gzip"}),
    "an error with 200": Reply(b'{"error": {"message": "overloaded"}}'),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_on_the_way_are_met_by_asking_again(store: Store, fault: str) -> None:
    """Nothing was delivered, so the same is asked again, and each attempt is there once."""
    watcher = Silent()
    with Server(sometimes(FAULTS[fault])) as server:
        run, report = sample_from(store, server.url, watcher=watcher, timeout=0.5)
    assert ALL == numbers(store, run)
    assert {GOOD} == {each.attempt.text for each in store.attempts(run)}
    # At most one request for each attempt and each fault: some faults end what never arrived.
    assert 12 <= len(server.requests) <= 12 + len(watcher.faults)
    assert (0, 0 < len(watcher.faults)) == (report.lost, True)


DELIVERED: dict[str, tuple[Reply, str | None, str]] = {
    "empty": (completions(choice("")), "empty", ""),
    "blank": (completions(choice(" \n")), "empty", " \n"),
    "null": (completions(choice(None)), "empty", ""),
    "no choice": (completions(), "empty", ""),
    "refusal": (completions(choice(None, refusal="I will not.")), "refused", ""),
    "filtered": (completions(choice("", "content_filter")), "refused", ""),
    "filtered prompt": (error(400, "filtered", code="content_filter"), "refused", ""),
    "no room": (error(400, "too long", code="context_length_exceeded"), "refused", ""),
    "truncated": (completions(choice("def one(", "length")), "truncated", "def one("),
    "not UTF-8": (
        Reply(b'{"choices": [{"message": {"content": "caf\xe9"}}]}'),
        None,
        "caf\ufffd",
    ),
    "NUL and half a pair": (
        Reply(b'{"choices": [{"message": {"content": "a\\u0000b\\ud800"}}]}'),
        None,
        "a\x00b\ud800",
    ),
    "packed": (
        Reply(
            gzip.compress(completions(choice("x = 1")).body), headers={"content-encoding": "gzip"}
        ),
        None,
        "x = 1",
    ),
    "a call of a tool": (completions(choice(None, "tool_calls", tool_calls=[{}])), "empty", ""),
    "parts": (completions(choice([{"type": "text", "text": "x = 1"}])), None, "x = 1"),  # type: ignore[arg-type]
    "a text": (Reply(b'{"choices": [{"text": "x = 1"}]}'), None, "x = 1"),
    "numbers for tokens": (
        completions(choice("x"), usage={"prompt_tokens": "many", "completion_tokens": -1}),
        None,
        "x",
    ),
}


@pytest.mark.parametrize("what", DELIVERED)
def test_what_was_delivered_is_an_attempt(store: Store, what: str) -> None:
    """However bad it is: asking until it looks good would bias pass@k."""
    reply, mark, text = DELIVERED[what]
    with Server(lambda request: reply) as server:
        run, report = sample_from(store, server.url)
    assert ALL == numbers(store, run)
    found = [each.attempt for each in store.attempts(run)]
    assert {(mark, text)} == {(each.extra.get("mark"), each.text) for each in found}
    assert (12, 0) == (len(server.requests), report.faults)
    assert ({} if mark is None else {mark: 12}) == store.spending(run).marks == report.marks


def test_huge_content_is_kept(store: Store) -> None:
    """A completion of eight million characters is an attempt like any other."""
    text = "# " + "x" * 8_000_000
    with Server(says(text)) as server:
        run, _ = sample_from(store, server.url, 1, problems=benchmark(problem("one")))
    assert [text] == [each.attempt.text for each in store.attempts(run)]


def test_more_than_is_read_is_an_attempt_without_its_text(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A response beyond the limit ends in a mark, not in memory."""
    monkeypatch.setattr(connections, "RESPONSE_BYTES", 10_000)
    with Server(says("x" * 20_000)) as server:
        run, _ = sample_from(store, server.url, 1)
    marks = [(each.attempt.text, each.attempt.extra["mark"]) for each in store.attempts(run)]
    assert [("", "oversized")] * 3 == marks
    assert 3 == len(server.requests)


def test_what_unfolds_into_more_than_is_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compressed, a small response is a large one: it ends at the limit as well."""
    monkeypatch.setattr(connections, "RESPONSE_BYTES", 1_000_000)
    bomb = zlib.compress(bytes(100_000_000))
    assert len(bomb) < 200_000
    tracemalloc.start()
    with Server(lambda request: Reply(bomb, headers={"content-encoding": "deflate"})) as server:
        run, report = sample_from(store, server.url, 1, problems=benchmark(problem("one")))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert {"oversized": 1} == report.marks
    assert [""] == [each.attempt.text for each in store.attempts(run)]
    assert most < 40_000_000


KEY = "sk-a/key+with=signs-0123"
AS_JSON = (KEY, KEY.replace("/", r"\/"), KEY.replace("+", r"\u002b"))


@pytest.mark.parametrize("written", AS_JSON)
def test_a_key_that_the_server_repeats(store: Store, written: str) -> None:
    """However JSON writes it, it is neither in an attempt nor in an error."""
    refused = f'{{"error": {{"message": "no: {written}"}}}}'.encode()
    said = f'{{"choices": [{{"message": {{"content": "{written}", "refusal": "{written}"}}}}]}}'
    with Server(lambda request: Reply(refused, 401)) as server:
        _, report = sample_from(store, server.url, 1, key=KEY, concurrency=1)
        server.answer = lambda request: Reply(said.encode())
        run, _ = sample_from(store, server.url, 1, key=KEY)
    found = [each.attempt for each in store.attempts(run)]
    assert {("[key]", "[key]")} == {(each.text, each.extra["note"]) for each in found}
    assert "no: [key]" in str(report.ended_by)
    assert KEY not in str(report.ended_by)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(store: Store, status: int) -> None:
    """It would be a request that nobody counts, to a server that nobody named; so it is told."""
    to = {"location": "https://u:p@elsewhere.example/v2/chat?key=x"}
    with Server(lambda request: Reply(b"{}", status, to)) as server:
        _, report = sample_from(store, server.url, concurrency=1)
    assert 1 == len(server.requests)
    assert "--base-url" in str(report.ended_by)
    assert str(report.ended_by).endswith("https://elsewhere.example/v2/chat")


@pytest.mark.parametrize(
    ("key", "body"),
    [("sk-with-an-\u00e9-in-it", {}), ("sk-with-a-break\n", {}), (KEY, {"top_k": float("nan")})],
    ids=["a letter beyond ASCII", "a line break", "not a number"],
)
def test_what_cannot_be_sent(store: Store, key: str, body: dict[str, Any]) -> None:
    """It ends the run at once, with what to look at; the key is not shown."""
    with Server(says(GOOD)) as server:
        how = settings(extra_body=body)
        _, report = sample_from(store, server.url, how=how, key=key, concurrency=1)
    assert [] == server.requests
    assert isinstance(report.ended_by, ModelError)
    assert "cannot be sent" in str(report.ended_by)
    assert key.strip() not in str(report.ended_by)


def count_of(given: int) -> Answer:
    """A server that gives another number of choices than it was asked for."""
    return lambda request: completions(*[choice(f"{request.index}.{i}") for i in range(given)])


@pytest.mark.parametrize("given", [1, 2, 3])
def test_fewer_choices_than_asked_for(store: Store, given: int) -> None:
    """What came is kept, and the rest is asked for one by one."""
    answer = count_of(given)
    one = count_of(1)
    with Server(lambda request: answer(request) if request.n > 1 else one(request)) as server:
        run, _ = sample_from(store, server.url, per_request=4, concurrency=1)
    assert ALL == numbers(store, run)
    texts = Counter(each.attempt.text for each in store.attempts(run))
    assert {1} == set(texts.values())  # no text was taken for two attempts
    sizes = [request.n for request in server.requests]
    assert [4, *[1] * (12 - given)] == sizes


def test_more_choices_than_asked_for(store: Store) -> None:
    """The first ones are taken; the rest was not asked for."""
    with Server(count_of(7)) as server:
        run, report = sample_from(store, server.url, per_request=4)
    assert ALL == numbers(store, run)
    assert 3 == len(server.requests)
    assert 9 == report.surplus


@pytest.mark.parametrize("refusal", [error(400, "n must be 1"), completions()])
def test_a_server_that_takes_no_n(store: Store, refusal: Reply) -> None:
    """Refused or answered with nothing, it is asked one by one from then on."""
    with Server(lambda request: refusal if request.n > 1 else completions(choice(GOOD))) as server:
        run, report = sample_from(store, server.url, per_request=4, concurrency=1)
    assert ALL == numbers(store, run)
    assert [4, *[1] * 12] == [request.n for request in server.requests]
    assert {} == report.marks


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "OPENAI_API_KEY"), (403, "OPENAI_API_KEY"), (404, "--base-url"), (400, "settings")],
)
def test_what_no_repetition_makes_better(store: Store, status: int, words: str) -> None:
    """A wrong key, model or setting ends the run at the first request, and says what to do."""
    with Server(lambda request: error(status, "no such thing")) as server:
        _, report = sample_from(store, server.url, concurrency=1)
    assert 1 == len(server.requests)
    assert isinstance(report.ended_by, ModelError)
    for part in (words, "no such thing", f"HTTP {status}"):
        assert part in str(report.ended_by)


def test_a_server_that_never_answers(store: Store) -> None:
    """It is given up after so many repetitions; the same command asks again."""
    with Server(lambda request: error(500)) as server:
        run, report = sample_from(store, server.url, retries=2, concurrency=1)
        assert 3 * 3 == len(server.requests)  # three requests in a row end the run
        assert {} == numbers(store, run)
        assert "does not answer" in str(report.ended_by)
        server.answer = says(GOOD)
        run, report = sample_from(store, server.url)
        assert ALL == numbers(store, run)
        assert (None, 0) == (report.ended_by, report.lost)


def test_one_prompt_that_is_never_answered(store: Store) -> None:
    """The others are; only its attempts are missing, and nothing is made up for them."""

    def answer(request: Request) -> Reply:
        return error(500) if "def two" in request.text else completions(choice(GOOD))

    with Server(answer) as server:
        run, report = sample_from(store, server.url, retries=1, concurrency=1)
    assert {"one": [0, 1, 2, 3], "three": [0, 1, 2, 3]} == numbers(store, run)
    assert (4, None) == (report.lost, report.ended_by)


def test_a_wait_that_is_too_long(store: Store) -> None:
    """A server that asks to wait for hours is given up at once."""
    with Server(lambda request: error(429, headers={"Retry_After": "7200"})) as server:
        _, report = sample_from(store, server.url, concurrency=1)
    assert 3 == len(server.requests)
    assert "asks to wait 7200 s" in str(report.ended_by)


def test_no_server_at_all(store: Store) -> None:
    """A refused connection is a fault on the way."""
    with Server(says(GOOD)) as server:
        url = server.url
    _, report = sample_from(store, url, retries=1, concurrency=1)
    assert "no connection" in str(report.ended_by)


def test_no_more_at_once_than_allowed(store: Store) -> None:
    """Requests under way never exceed the concurrency."""
    slow = completions(choice(GOOD))
    answer: Any = lambda request: Reply(slow.body, delay=0.01)  # noqa: E731
    with Server(answer) as server:
        sample_from(store, server.url, 10, concurrency=5)
    assert 5 == server.most_open


def test_requests_say_what_the_settings_say(store: Store) -> None:
    """Sampling settings reach the server; each attempt has a seed of its own."""
    how = settings(
        temperature=0.8,
        top_p=0.9,
        max_tokens=77,
        stop=("END",),
        seed=100,
        reasoning_effort="low",
        system="Be brief.",
        extra_body={"top_k": 40},
    )
    with Server(says(GOOD)) as server:
        sample_from(store, server.url, how=how, problems=benchmark(problem("one")))
    bodies = [request.body for request in server.requests]
    assert [100, 101, 102, 103] == sorted(body.pop("seed") for body in bodies)
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": 'def one(n):\n    """Twice n."""'},
    ]
    expected = {
        "model": "m",
        "temperature": 0.8,
        "top_p": 0.9,
        "max_tokens": 77,
        "stop": ["END"],
        "reasoning_effort": "low",
        "top_k": 40,
        "messages": messages,
    }
    assert [expected] * 4 == bodies
    assert {"/v1/chat/completions"} == {request.path for request in server.requests}


def test_prompts_that_are_no_unicode(store: Store) -> None:
    """Half a surrogate pair cannot be sent; a question mark stands in its place."""
    odd = problem("one", prompt="def one(n):\n    # caf\u00e9 \ud800\n")
    with Server(says(GOOD)) as server:
        run, _ = sample_from(store, server.url, 1, problems=benchmark(odd))
    assert {"one": [0]} == numbers(store, run)
    assert ["def one(n):\n    # caf\u00e9 ?"] == [request.text for request in server.requests]


def test_plain_completions(store: Store) -> None:
    """A base model continues the prompt itself, and its answer continues the program."""
    from passatk.generation import templates

    how = settings(template=templates.load("completion"))
    reply = Reply(json.dumps({"choices": [{"text": "    return 2 * n\n"}]}).encode())
    with Server(lambda request: reply) as server:
        run, _ = sample_from(store, server.url, 1, how=how, problems=benchmark(problem("one")))
    (request,) = server.requests
    assert ("/v1/completions", problem("one").prompt) == (request.path, request.prompt)
    assert "\ndef" in request.body["stop"]
    (found,) = (each.attempt for each in store.attempts(run))
    assert problem("one").prompt + "    return 2 * n\n" == found.program
