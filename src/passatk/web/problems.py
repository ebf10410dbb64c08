"""The pages about a problem of a run, one attempt at it, and two of them side by side."""

from __future__ import annotations

import shlex
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from passatk.errors import DataError, PassatkError
from passatk.records import Status
from passatk.replay import limits_of
from passatk.report.replay import facts
from passatk.store import JudgedAttempt, Run, StoredProblem
from passatk.web import code, difference, work
from passatk.web.addresses import Number, Text, Value, address
from passatk.web.snapshots import Snapshot
from passatk.web.statuses import LOOKS, PENDING, look
from passatk.web.view import NotFound, View

CELLS = 2000
ROWS = 100
_GROUPS = 100
_MEMBERS = 12  # attempts of an approach that are named
_TESTS = 2000
MOST_CLUSTERED = 2000
"""Attempts at a problem, beyond which they are not put together by approach."""
_PATIENCE_SECONDS = 0.1

AttemptNumber = Annotated[int, Query(ge=0, le=2**63 - 1)]


def router(view: View) -> APIRouter:
    pages = APIRouter(include_in_schema=False)

    def known(run: str, problem: str) -> tuple[Run, StoredProblem]:
        try:
            found = view.store.run(run)
            return found, view.store.problem(found, problem)
        except DataError as error:
            raise NotFound(str(error)) from error

    def judged(run: Run, problem: str, number: int) -> JudgedAttempt:
        try:
            return view.store.attempt(run, problem, number)
        except DataError as error:
            raise NotFound(str(error)) from error

    @pages.get("/problem")
    def problem(
        request: Request,
        run: Text,
        problem: Text,
        status: Text = "",
        program: AttemptNumber | None = None,
        group: Literal["", "program", "approach"] = "",
        grid: Literal["", "status"] = "",
        page: Number = 1,
    ) -> Response:
        found, about = known(run, problem)
        snapshot, _ = view.snapshot(run)
        counts = snapshot.by_name.get(problem)
        if counts is None:  # the run was replaced a moment ago
            raise NotFound(f"{problem}: the run has no such problem any more")
        wanted = _status(status)
        program_id = None if program is None else _program(view, found, problem, program)
        cells = view.store.attempt_lines(
            found, problem, status=wanted, program_id=program_id, limit=CELLS
        )
        if grid:
            places = {each.key: place for place, each in enumerate(LOOKS)}
            cells.sort(key=lambda each: places[look(each.status).key])
        first = (page - 1) * ROWS
        rows = view.store.attempt_lines(
            found, problem, status=wanted, program_id=program_id, offset=first, limit=ROWS + 1
        )
        query: dict[str, Value] = {
            "run": run,
            "problem": problem,
            "status": status,
            "program": program,
            "group": group,
            "grid": grid,
        }
        approaches: tuple[work.Approach, ...] | None = ()
        trouble = None
        if group == "approach":
            try:
                approaches = _approaches(view, snapshot, about)
            except PassatkError as error:
                trouble = str(error)
        names = list(snapshot.by_name)
        place = names.index(problem)
        return view.page(
            request,
            "problem.html",
            run=found,
            problem=about,
            prompt=code.plain((about.prompt or "").strip("\n")),
            counts=counts,
            statuses={each: counts.statuses[each] for each in Status if each in counts.statuses},
            cells=cells,
            rows=rows[:ROWS],
            first=first,
            more=len(rows) > ROWS,
            page=page,
            query=query,
            groups=view.store.program_groups(found, problem, _GROUPS) if group == "program" else [],
            approaches=approaches,
            trouble=trouble,
            groups_at_most=_GROUPS,
            members_at_most=_MEMBERS,
            programs=view.store.program_count(found, problem),
            limits=limits_of(found, problem),
            warning=found.manifest.get("warnings", {}).get(problem),
            before=names[place - 1] if place else None,
            after=names[place + 1] if place + 1 < len(names) else None,
            cells_at_most=CELLS,
        )

    @pages.get("/attempt")
    def attempt(request: Request, run: Text, problem: Text, number: AttemptNumber) -> Response:
        found, about = known(run, problem)
        one, verdict = judged(found, problem, number)
        before, after = view.store.neighbours(found, problem, number)
        program_id = view.store.program_id(found, problem, number)
        same = view.store.attempt_lines(found, problem, program_id=program_id, limit=21)
        passing = view.store.attempt_lines(found, problem, status=Status.PASSED, limit=2)
        target = f"{problem}#{number}"
        store = ["--store", str(view.store.path)]
        return view.page(
            request,
            "attempt.html",
            run=found,
            problem=about,
            attempt=one,
            verdict=verdict,
            facts=facts(verdict),
            shown=code.highlighted(one.program, about.language),
            output=code.plain(verdict.output) if verdict else None,
            extra=dict(one.extra),
            tests=(verdict.tests if verdict else "")[:_TESTS],
            tests_at_most=_TESTS,
            limits=limits_of(found, problem),
            before=before,
            after=after,
            same=[each.number for each in same if each.number != number],
            passing=next((each.number for each in passing if each.number != number), None),
            show_command=shlex.join(["passatk", "show", run, target, *store]),
            replay_command=shlex.join(["passatk", "replay", run, target, *store]),
            replayed=view.replayed.get((found.id, problem, number)),
        )

    @pages.get("/attempt/program")
    def program_file(run: Text, problem: Text, number: AttemptNumber) -> Response:
        found, _ = known(run, problem)
        one, _ = judged(found, problem, number)
        # A file to keep, never a page: whatever it holds, no browser renders it here.
        return Response(
            one.program.encode("utf-8", "surrogatepass"),
            media_type="application/octet-stream",
            headers={"Content-Disposition": f'attachment; filename="attempt-{number}.txt"'},
        )

    @pages.get("/diff")
    def diff(
        request: Request,
        run: Text,
        problem: Text,
        a: AttemptNumber,
        b: AttemptNumber,
        run_b: Text = "",
        whole: bool = False,
    ) -> Response:
        found, about = known(run, problem)
        other = known(run_b, problem)[0] if run_b else found
        left, right = judged(found, problem, a), judged(other, problem, b)
        query: dict[str, Value] = {"run": run, "problem": problem, "a": a, "b": b, "run_b": run_b}
        return view.page(
            request,
            "diff.html",
            run=found,
            other=other,
            problem=about,
            left=left,
            right=right,
            facts_left=facts(left.verdict),
            facts_right=facts(right.verdict),
            difference=difference.compare(left.attempt.program, right.attempt.program, whole=whole),
            identical=left.attempt.program == right.attempt.program,
            query=query,
            whole=whole,
            swapped=address(
                "/diff",
                run=other.name,
                problem=problem,
                a=b,
                b=a,
                run_b=run if run_b else "",
                whole=whole,
            ),
        )

    return pages


def _approaches(
    view: View, snapshot: Snapshot, problem: StoredProblem
) -> tuple[work.Approach, ...] | None:
    """The approaches to a problem; None while they are being made."""
    attempts = snapshot.by_name[problem.name].attempts
    if attempts > MOST_CLUSTERED:
        raise PassatkError(
            f"{attempts:,} attempts: at most {MOST_CLUSTERED:,} are put together by approach here\n"
            f"  next: passatk analyze {shlex.quote(snapshot.run.name)} --only diversity"
        )
    run = snapshot.run
    return view.approaches.of(
        (*snapshot.key, problem.name),
        work.approaches,
        str(view.store.path),
        run.name,
        problem.name,
        problem.language or "python",
        patience=_PATIENCE_SECONDS,
    )


def _status(value: str) -> Status | Literal["pending"] | None:
    if value == PENDING:
        return "pending"
    return Status(value) if value in {each.key for each in LOOKS} else None


def _program(view: View, run: Run, problem: str, number: int) -> int:
    """The program of an attempt: the number of an attempt means the same in every copy."""
    try:
        return view.store.program_id(run, problem, number)
    except DataError as error:
        raise NotFound(str(error)) from error
