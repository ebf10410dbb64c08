"""Sorting and paging lists, with the state in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from passatk.web.addresses import Value, with_query

Item = TypeVar("Item")


@dataclass(frozen=True)  # (no slots: they break the typed calls of generic classes)
class Column(Generic[Item]):
    """A column of a table: its key in the address, its title, and what it sorts by.

    ``descending`` is how it sorts at first: numbers of interest from the largest down. A ``minor``
    one is left out where there is little room.
    """

    key: str
    title: str
    by: Callable[[Item], Any]
    descending: bool = False
    numeric: bool = False
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's title with the address that sorts by it, and how it is sorted now."""

    title: str
    href: str
    aria: str | None
    css: str


@dataclass(frozen=True)
class Page(Generic[Item]):
    """A part of a sorted list; pages count from 1."""

    items: Sequence[Item]
    total: int
    number: int
    pages: int
    first: int
    headings: Sequence[Heading]
    previous: str | None
    next: str | None


def page_of(
    items: Sequence[Item],
    columns: Sequence[Column[Item]],
    *,
    path: str,
    query: Mapping[str, Value],
    sort: str,
    order: str,
    page: int,
    size: int,
) -> Page[Item]:
    """Sort by the column ``sort`` (unknown ones leave the order) and take a page.

    Args:
        path, query: the address of the list without its sorting and page.
        order: "asc", "desc", or "" for the column's own.
    """
    chosen = next((each for each in columns if each.key == sort), None)
    descending = False
    if chosen is not None:
        descending = chosen.descending if order not in ("asc", "desc") else order == "desc"
        items = sorted(items, key=chosen.by, reverse=descending)
    pages = max(1, -(-len(items) // size))
    number = min(max(page, 1), pages)
    first = (number - 1) * size

    def headings() -> list[Heading]:
        found = []
        for each in columns:
            here = each is chosen
            turned = not descending if here else each.descending
            way = "desc" if turned else "asc"
            href = with_query(path, {**query, "sort": each.key, "order": way})
            aria = ("descending" if descending else "ascending") if here else None
            css = " ".join(["num"] * each.numeric + ["minor"] * each.minor)
            found.append(Heading(each.title, href, aria, css))
        return found

    def at(place: int) -> str | None:
        if not 1 <= place <= pages:
            return None
        state = {"sort": sort, "order": order, "page": place if place > 1 else None}
        return with_query(path, {**query, **state})

    return Page(
        items[first : first + size],
        len(items),
        number,
        pages,
        first,
        headings(),
        at(number - 1),
        at(number + 1),
    )
