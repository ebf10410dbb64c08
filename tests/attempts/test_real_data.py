"""Public data, read as their users would read them."""

import ast
import gzip
import textwrap
from pathlib import Path

import pytest

from passatk.attempts import assemble, read, read_results, write
from passatk.attempts.python_source import BUILTINS, missing
from passatk.benchmarks import load
from passatk.records import Problem

DATA = Path(__file__).parents[2].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"public data are not at {DATA}")
HUMAN_EVAL = DATA / "humaneval"


@pytest.fixture(scope="module")
def human_eval() -> dict[str, Problem]:
    return dict(load(HUMAN_EVAL / "HumanEval_no_examples.jsonl.gz").problems)


def test_codegen_samples_agree_with_human_eval(human_eval: dict[str, Problem]) -> None:
    """All 8,200 programs are prompt and completion, 100 a problem, in generation order."""
    attempts = list(read(HUMAN_EVAL / "codegen16b_even_samples.jsonl.gz", human_eval))
    expected = 8200
    assert expected == len(attempts)
    assert all(human_eval[a.problem_id].prompt + a.text == a.program for a in attempts)
    numbers = [a.number for a in attempts if a.problem_id == "HumanEval/100"]
    assert list(range(100)) == numbers


def test_codegen_results_come_back_byte_for_byte(
    human_eval: dict[str, Problem], tmp_path: Path
) -> None:
    """1,923 passed; the export is the file that human-eval wrote."""
    path = HUMAN_EVAL / "codegen16b_even_results.jsonl.gz"
    results = list(read_results(path, human_eval))
    expected = 1923
    assert expected == sum(verdict.passed for _, verdict in results)
    write(results, tmp_path / "out.jsonl", "human-eval")
    assert gzip.decompress(path.read_bytes()) == (tmp_path / "out.jsonl").read_bytes()


def test_fenced_reference_solutions(human_eval: dict[str, Problem]) -> None:
    """A chat model that gives the reference gets exactly the reference judged."""
    for problem in human_eval.values():
        program = problem.references[0].code
        answer = f"Here is the solution:\n\n```python\n{program.rstrip()}\n```\n\nIt is simple."
        taken = assemble(problem, answer, field="completion", extract="auto")
        assert program.rstrip() + "\n" == taken


def test_answers_that_rely_on_the_prompt(human_eval: dict[str, Problem]) -> None:
    """A bare function in a fence gets the imports and helpers it uses, and no more."""
    for problem in human_eval.values():
        tree = ast.parse(problem.references[0].code)
        function = ast.unparse(tree.body[-1])
        answer = f"```python\n{function}\n```"
        program = assemble(problem, answer, field="completion", extract="auto")
        assert set() == missing(ast.parse(program)) - BUILTINS
        assert program.endswith(function + "\n")


def test_bodies_in_every_indentation(human_eval: dict[str, Problem]) -> None:
    """The body alone in a fence, as it is, dedented or stripped, continues the prompt."""
    for problem in human_eval.values():
        program = problem.references[0].code
        body = program.removeprefix(problem.prompt)
        for variant in (body, textwrap.dedent(body), body.strip() + "\n"):
            answer = f"```python\n{variant}```"
            taken = assemble(problem, answer, field="completion", extract="auto")
            assert ast.dump(ast.parse(program)) == ast.dump(ast.parse(taken))


def test_agent_trials() -> None:
    """50 tasks with 4 trials each, rewards of 0 and 1."""
    results = list(read_results(DATA / "trials" / "gpt-4o-airline.csv", None))
    expected = 200
    assert expected == len(results)
    assert {0, 1, 2, 3} == {attempt.number for attempt, _ in results}
    assert all(verdict.score is None for _, verdict in results)


def test_three_models_in_one_table() -> None:
    """Each model's rows are a run of their own."""
    path = DATA / "trials" / "humaneval_three_models.csv"
    counts = {
        model: len(list(read_results(path, None, select=model)))
        for model in ("gpt-4", "gpt-3.5-turbo", "text-davinci-003")
    }
    expected = {"gpt-4": 164, "gpt-3.5-turbo": 164, "text-davinci-003": 164}
    assert expected == counts
