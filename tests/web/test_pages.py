"""What the pages show."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from passatk.store import Store
from passatk.web.addresses import address

from .examples import PROBLEMS, benchmark, judge, results
from .waiting import wait_for, whole


def rows(html: str) -> list[str]:
    """The names in the rows of a page's list, in order."""
    found = re.findall(r'<th scope="row"><a href="[^"]*"[^>]*>([^<]*)</a>', html)
    return [each.strip() for each in found]


def test_the_runs(client: TestClient) -> None:
    """Newest first; the address sorts and filters."""
    names = rows(client.get("/").text)
    assert ["half", "middle", "strong", "weak"] == names[1:]
    by_rate = rows(client.get("/?sort=pass1&benchmark=tasks").text)
    assert ["strong", "middle", "weak"] == [each for each in by_rate if each != "half"]
    assert ["strong"] == rows(client.get("/?q=tuning").text)
    assert ["strong"] == rows(client.get("/?tag=july").text)
    assert [] == rows(client.get("/?q=nothing+like+it").text)


def test_an_empty_store(visitor: TestClient) -> None:
    """The page says what makes a run."""
    text = visitor.get("/").text
    for command in ("demo", "evaluate", "import"):
        assert f"passatk {command} " in text
    assert 200 == visitor.get("/compare").status_code


def test_a_run(client: TestClient) -> None:
    """Estimates for both targets, statuses, problems, manifest."""
    text = client.get("/run?run=strong").text
    assert "pass@1" in text
    assert "pass@10" in text
    assert "Problems like these" in text
    assert "These problems again" in text
    assert "After tuning." in text
    assert PROBLEMS == len(rows(text))
    assert "0123456789abcdef" in text


def test_the_problems_of_a_run(client: TestClient) -> None:
    """Sorted and filtered by the address."""

    def problems(**query: str) -> list[str]:
        names = rows(client.get(address("/run", run="strong", **query)).text)
        return [each for each in names if each.startswith("task")]

    assert "task/0" == problems(sort="rate")[0]
    assert "task/0" == problems(sort="rate", order="desc")[-1]
    assert ["task/0"] == problems(outcome="never")
    assert 6 == len(problems(category="graphs"))
    assert ["task/10", "task/11"] == problems(q="task/1")[1:]
    assert "task/0" not in problems(status="passed")


def test_a_run_that_cannot_be_estimated(visitor: TestClient, store: Store) -> None:
    """Each part of the page says in a sentence why it is empty."""
    pairs = [pair for pair in results(5) if pair[0].number < 5 or pair[0].problem_id == "task/1"]
    store.import_run("unequal", {}, benchmark(), pairs)
    text = whole(visitor, "/run?run=unequal").text
    assert "no pass@k: problems have 5 to 10 attempts" in text
    assert "There is no curve over k: problems have 5 to 10 attempts" in text
    assert "The run cannot be analysed: problems have 5 to 10 attempts" in text
    assert "stopping=StopAtSuccess" not in text
    once = [pair for pair in results(5) if pair[0].number == 0]
    store.import_run("once", {}, benchmark(), once)
    assert (
        "There is no curve over k: a problem was attempted once"
        in whole(visitor, "/run?run=once").text
    )


def test_other_k(client: TestClient) -> None:
    """The k in the address; one that is too large says why."""
    assert "pass@5" in client.get("/run?run=strong&k=5").text
    assert "pass@5" not in client.get("/run?run=strong").text
    for bad in ("11", "0x", "1,2,3,4,5,6,7,8,9"):
        answer = client.get("/run", params={"run": "strong", "k": bad})
        assert 200 == answer.status_code
        assert 'class="error"' in answer.text


def test_a_run_in_progress(client: TestClient) -> None:
    """How far it is, and a stream of what comes."""
    text = client.get("/run?run=half").text
    assert "60 of 120 attempts judged" in text
    assert 'data-events="/events?run=half"' in text


def test_a_problem(client: TestClient) -> None:
    """A grid of attempts, a list, and groups of identical programs."""
    text = client.get("/problem?run=strong&problem=task/3").text
    assert 10 == text.count('class="cell s-') - text.count('<span class="cell')
    assert "5 different programs" in text
    assert "The task number 3" in text
    assert text.index("</span> passed <b>8</b>") < text.index("output limit exceeded <b>2</b>")
    groups = client.get("/problem?run=strong&problem=task/3&group=program").text
    assert ["#0", "#1", "#2", "#3", "#4"] == sorted(rows(groups))
    same = client.get("/problem?run=strong&problem=task/3&program=5").text
    assert ["#0", "#5"] == rows(same)


def test_the_attempts_by_status(client: TestClient) -> None:
    """Only those of one status; an unknown status leaves all."""
    passed = rows(client.get("/problem?run=strong&problem=task/3&status=passed").text)
    assert 0 < len(passed) < 10
    assert 10 == len(rows(client.get("/problem?run=strong&problem=task/3&status=odd").text))
    assert 10 == len(rows(client.get("/problem?run=half&problem=task/11&status=pending").text))


def test_an_attempt(client: TestClient) -> None:
    """Program, tests, verdict, and the commands that show it and judge it again."""
    text = client.get("/attempt?run=strong&problem=task/0&number=5").text
    assert '<span class="k">def</span>' in text
    assert "1 of 3 passed" in text
    assert "f0(0): expected 1" in text
    assert "passatk replay strong &#39;task/0#5&#39;" in text
    assert ">#0</a>" in text  # the same program
    assert "not judged" in client.get("/attempt?run=half&problem=task/11&number=0").text


def test_two_attempts(client: TestClient) -> None:
    """What differs is marked; other runs can stand on the right."""
    text = client.get("/diff?run=strong&problem=task/3&a=0&b=1").text
    assert "<mark>0</mark>" in text
    assert "<mark>1</mark>" in text
    assert "1 lines differ" in text
    same = client.get("/diff?run=strong&problem=task/3&a=0&b=5").text
    assert "identical" in same
    other = client.get("/diff?run=strong&problem=task/3&a=0&b=1&run_b=weak").text
    assert "weak" in other


def test_comparing_two(client: TestClient) -> None:
    """The paired result, and the problems behind it."""
    text = client.get("/compare?run=strong&run=weak&k=1&margin=0.02&differing=1").text
    assert "improved" in text
    assert "pp [" in text
    assert "equivalent" in text
    assert "task/0" not in rows(text)


def test_comparing_more(client: TestClient) -> None:
    """Places that the data allow."""
    text = client.get("/compare?run=strong&run=weak&run=middle&k=1").text
    assert "places that the data allow" in text
    assert ["strong", "middle", "weak"] == rows(text)[:3]


@pytest.mark.parametrize(
    "query",
    ["run=strong&run=weak&k=99", "run=strong&run=weak&margin=2", "run=strong&run=weak&k=x"],
)
def test_comparing_what_cannot_be(client: TestClient, query: str) -> None:
    """A page that says why, with the form to mend it."""
    answer = client.get(f"/compare?{query}")
    assert 200 == answer.status_code
    assert 'class="error"' in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/run?run=nothing", 404),
        ("/run?run=%1b", 404),
        ("/run", 422),
        ("/run?run=strong&page=0", 422),
        ("/problem?run=strong&problem=none", 404),
        ("/attempt?run=strong&problem=task/0&number=99", 404),
        ("/attempt?run=strong&problem=task/0&number=-1", 422),
        ("/attempt?run=strong&problem=task/0&number=99999999999999999999999", 422),
        ("/diff?run=strong&problem=task/0&a=0&b=99", 404),
        ("/diff?run=strong&problem=task/0&a=0&b=1&run_b=none", 404),
        ("/compare?run=none&run=weak", 404),
        ("/events?run=none", 404),
        ("/nowhere", 404),
        ("/api/run?run=none", 404),
        ("/api/nowhere", 404),
    ],
)
def test_what_is_not_there(client: TestClient, path: str, status: int) -> None:
    """An error as a page, or as JSON under /api."""
    answer = client.get(path)
    assert status == answer.status_code
    kind = "application/json" if path.startswith("/api") else "text/html"
    assert answer.headers["content-type"].startswith(kind)


def test_pages_of_a_long_list(visitor: TestClient, store: Store) -> None:
    """Runs beyond a page are on the next one."""
    pairs = list(results(1))[:1]
    for number in range(103):
        store.import_run(f"r{number:03}", {}, None, pairs)
    first, second = visitor.get("/").text, visitor.get("/?page=2").text
    assert "r102" == rows(first)[0]
    assert ["r002", "r001", "r000"] == rows(second)
    assert "103 runs" in first


def test_a_run_that_is_written_to(visitor: TestClient, store: Store) -> None:
    """Each page shows what was judged until then."""
    run = store.begin_run("now", benchmark(), {"settings": {}}, [a for a, _ in results(0)])
    assert "Nothing is judged yet" in visitor.get("/run?run=now").text
    judge(store, run, 3)
    assert "30 of 120 attempts judged" in wait_for(visitor, "/run?run=now", "30 of")
    judge(store, run, PROBLEMS)
    wait_for(visitor, "/run?run=now", "120 attempts</p>")
