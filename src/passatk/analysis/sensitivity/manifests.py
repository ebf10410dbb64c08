"""In which settings runs differ, as far as their manifests say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from passatk.analysis.chained import independent_attempts
from passatk.analysis.subject import Subject
from passatk.stats import Outcomes

# What may differ between runs that are repetitions of each other.
_OWN = {"seed", "samples", "sha256", "results", "name"}
_MISSING = "(none)"


@dataclass(frozen=True, slots=True)
class SettingGroup:
    """Runs with the same settings, told by what differs from those of the run in question.

    Attributes:
        changed: the value there and here of each setting that differs; empty for repetitions.
        runs: their names.
        outcomes: of each run.
        told: whether the manifests say how the attempts were sampled. A samples file says nothing.
    """

    changed: Mapping[str, tuple[Any, Any]]
    runs: tuple[str, ...]
    outcomes: tuple[Outcomes, ...]
    told: bool

    @property
    def name(self) -> str:
        """``"temperature 0.8 instead of 0.2"``."""
        return ", ".join(
            f"{k} {there} instead of {here}" for k, (there, here) in self.changed.items()
        )

    @property
    def short(self) -> str:
        """``"temperature=0.8"``, for codes and tables."""
        return ",".join(f"{key}={there}" for key, (there, _) in self.changed.items())


def group_runs(subject: Subject) -> list[SettingGroup]:
    """The run and its repetitions first, then a group for each other setting, in order."""
    here = _flat(subject.run.manifest)
    groups: dict[tuple[tuple[str, str], ...], list[Subject]] = {(): [subject]}
    changes: dict[tuple[tuple[str, str], ...], dict[str, tuple[Any, Any]]] = {(): {}}
    for other in subject.others:
        there = _flat(other.run.manifest)
        changed = {
            _short(key, here, there): (there.get(key, _MISSING), here.get(key, _MISSING))
            for key in sorted(here.keys() | there.keys())
            if here.get(key, _MISSING) != there.get(key, _MISSING)
        }
        key = tuple((name, repr(values[0])) for name, values in changed.items())
        groups.setdefault(key, []).append(other)
        changes.setdefault(key, changed)
    return [_group(changes[key], members) for key, members in groups.items()]


def _group(changed: Mapping[str, tuple[Any, Any]], members: Sequence[Subject]) -> SettingGroup:
    return SettingGroup(
        changed,
        tuple(each.run.name for each in members),
        tuple(independent_attempts(each)[0] for each in members),
        all(_tells(each.run.manifest) for each in members),
    )


def _tells(manifest: Mapping[str, Any]) -> bool:
    """Whether anything but a file is recorded as the source of the attempts."""
    return bool(manifest.get("source", {}).keys() - _OWN)


def _flat(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Settings and source with dotted names, without what is a run's own."""
    return {
        key: value
        for part in ("settings", "source")
        for key, value in _leaves(manifest.get(part, {}), part)
        if key.rpartition(".")[2] not in _OWN
    }


def _leaves(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _leaves(each, f"{name}.{key}")
    else:
        yield name, value


def _short(key: str, here: Mapping[str, Any], there: Mapping[str, Any]) -> str:
    """The last part of a dotted name, where no other setting has the same."""
    last = key.rpartition(".")[2]
    alike = [each for each in here.keys() | there.keys() if each.rpartition(".")[2] == last]
    return last if len(alike) == 1 else key
