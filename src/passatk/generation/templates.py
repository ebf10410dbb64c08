"""Prompt templates: what a problem looks like to a model, named, versioned and hashed.

A template is a TOML file:

    name = "chat"
    version = 1                 # goes up whenever a word of it changes
    summary = "one line"
    chat = true                 # a conversation; false: a text that the model continues
    system = "..."              # optional, chat only
    function = "... {{prompt}} ..."     # the prompt is Python that defines the function asked for
    described = "... {{entry_point}} ..."   # the prompt describes a function
    program = "... {{prompt}} ..."      # the prompt asks for a program that reads and prints
    feedback = "... {{report}} ..."     # optional, chat only: after tests that failed
    unexplained = "..."         # with feedback: after an attempt that no visible test fails
    answer = "solution"         # what comes back: a solution, or a completion of the prompt
    extract = "always"          # how a program is made of it; see docs/formats.md
    stop = ["\\nclass"]         # texts that end the completion of a function, where none are given

``{{prompt}}``, ``{{entry_point}}`` and ``{{report}}`` are replaced; nothing else is.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import Any, Literal, cast

from passatk.attempts import Extract
from passatk.errors import DataError
from passatk.generation.model import Message
from passatk.records import Problem, StreamTests

Situation = Literal["function", "described", "program"]

DEFAULT_CHAT, DEFAULT_COMPLETION, NONE = "chat", "completion", "none"
_SITUATIONS = ("function", "described", "program")
_TEXTS = (*_SITUATIONS, "feedback", "unexplained", "system")
_KEYS = {"name", "version", "summary", "chat", "answer", "extract", "stop", *_TEXTS}
_PLACE = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A prompt template; ``sha256`` is over everything in it."""

    name: str
    version: int
    summary: str
    chat: bool
    texts: Mapping[str, str]
    answer: Literal["solution", "completion"]
    extract: Extract
    stop: tuple[str, ...]
    sha256: str

    def identity(self) -> dict[str, Any]:
        return {"name": self.name, "version": self.version, "sha256": self.sha256}

    def opening(self, problem: Problem, system: str | None = None) -> tuple[Message, ...]:
        """What is asked first about a problem; ``system`` replaces the template's own."""
        text = fill(
            self.texts[situation(problem)],
            prompt=problem.prompt.strip("\n") if self.chat else problem.prompt,
            entry_point=problem.entry_point or "",
        )
        system = self.texts.get("system") if system is None else system
        asked = (Message("user", text),)
        return (Message("system", system), *asked) if system and self.chat else asked

    def stop_for(self, problem: Problem) -> tuple[str, ...]:
        """Texts that end an answer. A whole program has such texts in its midst."""
        return self.stop if situation(problem) == "function" else ()

    def after_failure(self, report: str | None) -> Message:
        """What is said about an attempt whose visible tests gave ``report``; None: all passed."""
        if report is None:
            return Message("user", self.texts["unexplained"])
        return Message("user", fill(self.texts["feedback"], report=report))


def situation(problem: Problem) -> Situation:
    """Which text of a template fits a problem."""
    if isinstance(problem.tests, StreamTests) or problem.entry_point is None:
        return "program"
    root = re.escape(problem.entry_point.partition(".")[0])
    if re.search(rf"^(async +)?(def|class) +{root}\b", problem.prompt, re.MULTILINE):
        return "function"
    return "described"


def fill(text: str, **values: str) -> str:
    """The text with its places filled, once: what is filled in is not looked at again."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), text)


def names() -> list[str]:
    """The templates that come with passatk."""
    folder = resources.files(__package__) / "prompts"
    return sorted(
        each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml")
    )


def load(source: str) -> Template:
    """The template of that name, or in the file of that name.

    Raises:
        DataError: there is none, or the file does not say what a template has to.
    """
    if source in names():
        text = (resources.files(__package__) / "prompts" / f"{source}.toml").read_text("utf-8")
        return parse(text, source)
    path = Path(source)
    if not path.is_file():
        near = get_close_matches(source, names(), n=1)
        raise DataError(
            "no such prompt template",
            expected=f"a name ({', '.join(names())}) or a TOML file",
            found=source,
            hint=f"did you mean {near[0]}?" if near else "list them with: passatk prompts",
        )
    try:
        return parse(path.read_text("utf-8"), source)
    except UnicodeDecodeError as error:
        raise DataError("not UTF-8 text", path=source, found=str(error)) from error


def parse(text: str, source: str) -> Template:
    """The template that a TOML text states; DataError says what is wrong with it."""
    try:
        given = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also a number of too many digits
        raise DataError(f"not valid TOML: {error}", path=source) from error
    for key in given.keys() - _KEYS:
        raise _wrong(source, key, f"one of {', '.join(sorted(_KEYS))}", key)
    chat = _typed(given, source, "chat", bool)
    texts = {key: _typed(given, source, key, str) for key in _TEXTS if key in given}
    for key in (*_SITUATIONS, *(("unexplained",) if "feedback" in texts else ())):
        if key not in texts:
            raise _wrong(source, key, "a text", "nothing")
    if not chat and texts.keys() & {"system", "feedback", "unexplained"}:
        raise _wrong(source, "chat", "true, where there is a system prompt or feedback", chat)
    stop = given.get("stop", [])
    if not isinstance(stop, list) or not all(isinstance(each, str) for each in stop):
        raise _wrong(source, "stop", "a list of texts", stop)
    answer = _choice(given, source, "answer", ("solution", "completion"))
    extract = _choice(given, source, "extract", ("auto", "always", "never"))
    canonical = json.dumps(given, sort_keys=True, ensure_ascii=True).encode()
    return Template(
        name=_typed(given, source, "name", str),
        version=_typed(given, source, "version", int),
        summary=_typed(given, source, "summary", str),
        chat=chat,
        texts=texts,
        answer=cast("Literal['solution', 'completion']", answer),
        extract=cast(Extract, extract),
        stop=tuple(stop),
        sha256=hashlib.sha256(canonical).hexdigest(),
    )


def _typed(given: Mapping[str, Any], source: str, key: str, type_: type) -> Any:
    value = given.get(key)
    if type(value) is not type_:
        kinds = {str: "a text", bool: "true or false", int: "a whole number"}
        raise _wrong(source, key, kinds[type_], value)
    return value


def _choice(given: Mapping[str, Any], source: str, key: str, choices: tuple[str, ...]) -> str:
    value = given.get(key)
    if value not in choices:
        raise _wrong(source, key, " | ".join(choices), value)
    return str(value)


def _wrong(source: str, key: str, expected: str, found: object) -> DataError:
    return DataError(
        "not a prompt template",
        path=source,
        field=key,
        expected=expected,
        found=found,
        hint="passatk prompts chat shows one that is",
    )
