"""The same words in lines of another length."""

from __future__ import annotations

import re

from passatk.benchmarks.perturbations.prompts import if_sound, in_docstrings, indentation
from passatk.records import Problem

_ENUMERATED = re.compile(r"\s*([-*•>|#]|\d+[.)]|:param|:return|@)")
_LINE = 56


def reword_layout(problem: Problem) -> Problem:
    """Paragraphs of the description stand in lines of another length; the words are the same."""
    if problem.entry_point is None:
        return if_sound(problem, _rewrapped(problem.prompt))
    return if_sound(problem, in_docstrings(problem.prompt, _rewrapped))


def _rewrapped(text: str) -> str:
    """Paragraphs of prose in lines of about 56 characters; everything else as it was."""
    parts: list[str] = []
    paragraph: list[str] = []

    def end() -> None:
        if len(paragraph) > 1 and all(map(_is_prose, paragraph)):
            words = " ".join(line.strip() for line in paragraph)
            parts.extend(_wrapped(words, indentation(paragraph[0])))
        else:
            parts.extend(paragraph)
        paragraph.clear()

    for line in text.splitlines(keepends=True):
        fence = '"""' in line or "'''" in line or not line.strip()
        if fence or (paragraph and indentation(line) != indentation(paragraph[0])):
            end()
        if fence:
            parts.append(line)
        else:
            paragraph.append(line)
    end()
    return "".join(parts)


def _wrapped(words: str, margin: str) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in words.split(" "):
        if line and len(line) + 1 + len(word) > _LINE:
            lines.append(margin + line + "\n")
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, margin + line + "\n"]


def _is_prose(line: str) -> bool:
    return len(line.split()) > 3 and _ENUMERATED.match(line) is None and "  " not in line.strip()
