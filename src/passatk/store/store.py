"""The store: runs in a database, one method an operation, one transaction a method."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from sqlalchemy import Connection, Engine, insert, inspect
from sqlalchemy.exc import DBAPIError

from passatk.errors import StoreError, StoreReadOnly, StoreTooNew
from passatk.records import Attempt, Benchmark, Status, Verdict
from passatk.store import browsing, judging, migrating, reading, runs, sampling, sqlite, states
from passatk.store.schema import SCHEMA_VERSION, meta, metadata
from passatk.store.views import (
    AttemptLine,
    Filed,
    JudgedAttempt,
    ListedRun,
    Made,
    Measured,
    Outcome,
    PendingProgram,
    ProblemCounts,
    ProgramGroup,
    Progress,
    Run,
    RunState,
    RunSummary,
    Spending,
    StoredProblem,
)

_PENDING_PAGE = 200


def _utc_now() -> datetime:
    return datetime.now(UTC)


def open_store(
    location: str | Path,
    *,
    read_only: bool = False,
    wait_seconds: float = 60.0,
    now: Callable[[], datetime] = _utc_now,
) -> Store:
    """Open the store at ``location``, and create it where there is none.

    Args:
        location: a path, or ``sqlite:///`` followed by one.
        read_only: change nothing and create nothing; works in a folder that cannot be written.
        wait_seconds: how long to wait while another process is writing.
        now: the clock for the time at which runs are created, in UTC.

    Raises:
        StoreTooNew: a later passatk wrote the store; nothing is changed.
        StoreReadOnly, StoreFull, StoreLocked: as their names say.
        StoreError: there is no store at the location, or what is there is not one.
    """
    path = _path(location)
    if not path.parent.is_dir():
        raise StoreError(
            f"{path}: the store's folder does not exist\n"
            f"  next: create it with mkdir -p {path.parent}, or name another place with --store"
        )
    if read_only and not path.exists():
        raise StoreError(
            f"{path}: there is no store here yet\n"
            "  next: judge or import something first, or name another store with --store"
        )
    engine = sqlite.engine(path, read_only=read_only, wait_seconds=wait_seconds)
    store = Store(engine, path, now)
    try:
        store._prepare(create=not read_only)
    except BaseException:
        store.close()
        raise
    return store


def probe_store(location: str | Path) -> bool:
    """Whether there is a store at the location; changes nothing.

    Raises:
        StoreError: a kind of it that says why nothing could be stored there.
    """
    path = _path(location)
    if not path.exists():
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise StoreReadOnly(
                f"{path}: a store cannot be created here\n"
                f"  found: {path.parent} is no folder that you can write to\n"
                "  next: name another place with --store"
            )
        return False
    with open_store(location, wait_seconds=1.0) as store, store._writing():
        return True


class Store:
    """Runs with their problems, attempts and verdicts; made by ``open_store``.

    Every method is one transaction: it happens as a whole or, when it raises, not at all. The
    streams (``pending``, ``outcomes``, ``measured``, ``attempts``) keep memory flat whatever the
    size of the run; all but ``pending`` show the run as it was when the stream began.
    """

    def __init__(self, engine: Engine, path: Path, now: Callable[[], datetime]) -> None:
        self.path = path
        self._engine = engine
        self._now = now

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()

    # Runs

    def begin_run(
        self,
        name: str,
        benchmark: Benchmark,
        manifest: Mapping[str, Any],
        attempts: Iterable[Attempt] | None = None,
        *,
        replace: bool = False,
    ) -> Run:
        """Store a run with its problems and attempts, or continue the one of that name.

        Continuing asks for the same benchmark, the same ``manifest["settings"]`` and the same
        attempts in the same order; the rest of the manifest stays as it was.

        Args:
            manifest: plain data; what stands under ``settings`` makes the run what it is.
            attempts: None where they are still to be made, for ``add_attempts``.
            replace: delete a run of that name first.

        Raises:
            DataError: the run differs (the message says where), or the attempts do not fit
                the benchmark.
        """
        with self._writing() as connection:
            return runs.begin_run(
                connection, name, benchmark, manifest, attempts, replace=replace, now=self._now()
            )

    def add_attempts(self, run: Run, attempts: Iterable[Attempt]) -> None:
        """Append attempts to a run, as a model makes them.

        Those with a program that was judged in this run for the problem are judged at once.

        Raises:
            DataError: an attempt is there already, or the run does not have its problem.
        """
        with self._writing() as connection:
            runs.add_attempts(connection, run, attempts)
            states.touch(connection, run.id)

    def file_attempts(self, run: Run, attempts: Sequence[Attempt]) -> list[Filed]:
        """As ``add_attempts``, and tell what became of each, in the order given."""
        with self._writing() as connection:
            filed = sampling.file_attempts(connection, run, attempts)
            states.touch(connection, run.id)
            return filed

    def amend(self, run: Run, changes: Mapping[str, Any]) -> Run:
        """Replace entries at the top of a run's manifest, or add some; the run as it is then."""
        with self._writing() as connection:
            states.touch(connection, run.id)
            return sampling.amend(connection, run, changes)

    def import_run(
        self,
        name: str,
        manifest: Mapping[str, Any],
        benchmark: Benchmark | None,
        results: Iterable[tuple[Attempt, Verdict]],
        *,
        replace: bool = False,
    ) -> Run:
        """Store attempts that were judged elsewhere, each with its own verdict.

        Without a benchmark the run has the problems of the results, in order of appearance.

        Raises:
            DataError: a run of that name is there, or a result does not fit the benchmark.
        """
        with self._writing() as connection:
            return runs.import_run(
                connection, name, manifest, benchmark, results, replace=replace, now=self._now()
            )

    def delete_run(self, name: str) -> None:
        """Delete a run and the programs that no other run has."""
        with self._writing() as connection:
            runs.delete_run(connection, name)

    def run(self, name: str) -> Run:
        """The run of that name; DataError when there is none."""
        with self._reading() as connection:
            return runs.get_run(connection, name)

    def find_run(self, name: str) -> Run | None:
        """The run of that name, or None."""
        with self._reading() as connection:
            return runs.find_run(connection, name)

    def runs(self) -> list[RunSummary]:
        """All runs, oldest first."""
        with self._reading() as connection:
            return reading.summaries(connection)

    def listed(self) -> list[ListedRun]:
        """All runs, oldest first, without counting their attempts."""
        with self._reading() as connection:
            return states.listed(connection)

    def state(self, run_id: int) -> RunState:
        """What changed about a run since it was begun; what a new one has for an unknown id."""
        with self._reading() as connection:
            return states.state(connection, run_id)

    def annotate(
        self,
        run: Run,
        *,
        tags: Iterable[str] | None = None,
        note: str | None = None,
        archived: bool | None = None,
    ) -> None:
        """Change what people note on a run; None leaves a part as it is.

        Raises:
            DataError: a tag or note is too long, or holds characters that cannot be printed.
        """
        with self._writing() as connection:
            states.annotate(connection, run.id, tags=tags, note=note, archived=archived)

    # Judging

    def pending(self, run: Run) -> Iterator[PendingProgram]:
        """The programs without a verdict, each once per problem, in benchmark order.

        Verdicts may be recorded meanwhile: no transaction stays open between two pages.
        """
        after = judging.START
        while True:
            with self._reading() as connection:
                page = judging.pending_page(connection, run.id, after, _PENDING_PAGE)
            if not page:
                return
            for _, program in page:
                yield program
            after = page[-1][0]

    def progress(self, run: Run) -> Progress:
        """How many attempts there are, are judged, and how many programs are left to judge."""
        with self._reading() as connection:
            return judging.progress(connection, run.id)

    def record(self, run: Run, verdicts: Iterable[judging.Recorded]) -> None:
        """File verdicts, (problem name, program id, verdict) each; a first verdict stands."""
        with self._writing() as connection:
            judging.record(connection, run.id, verdicts)
            states.touch(connection, run.id)

    def retry_errors(self, run: Run) -> int:
        """Make attempts that ended in ``judge_error`` pending again; how many there were."""
        with self._writing() as connection:
            retried = judging.retry_errors(connection, run.id)
            states.touch(connection, run.id)
            return retried

    # Reading

    def counts(self, run: Run) -> list[ProblemCounts]:
        """How the attempts at each problem ended, in benchmark order."""
        with self._reading() as connection:
            return reading.counts(connection, run.id)

    def made(self, run: Run) -> Iterator[Made]:
        """Every attempt without its texts, in benchmark order, then by number."""
        with self._reading() as connection:
            yield from sampling.made(connection, run.id)

    def spending(self, run: Run) -> Spending:
        """What the attempts cost, and how many of them are peculiar, as far as was recorded."""
        with self._reading() as connection:
            return sampling.spending(connection, run.id)

    def outcomes(self, run: Run) -> Iterator[Outcome]:
        """The outcome of every attempt, in benchmark order, then by number."""
        with self._reading() as connection:
            yield from reading.outcomes(connection, run.id)

    def measured(self, run: Run) -> Iterator[Measured]:
        """What every attempt took and which tests it passed, in benchmark order, then by number."""
        with self._reading() as connection:
            yield from reading.measured(connection, run.id)

    def attempts(self, run: Run, problem: str | None = None) -> Iterator[JudgedAttempt]:
        """All attempts in the order they came, or those at one problem by number."""
        with self._reading() as connection:
            yield from reading.attempts(connection, run.id, problem)

    def attempt(self, run: Run, problem: str, number: int) -> JudgedAttempt:
        """One attempt; DataError when there is none."""
        with self._reading() as connection:
            return reading.one_attempt(connection, run.id, problem, number)

    def problem(self, run: Run, name: str) -> StoredProblem:
        """One problem; DataError when the run has none of that name."""
        with self._reading() as connection:
            return reading.one_problem(connection, run.id, name)

    def attempt_lines(
        self,
        run: Run,
        problem: str,
        *,
        status: Status | Literal["pending"] | None = None,
        program_id: int | None = None,
        offset: int = 0,
        limit: int = 1000,
    ) -> list[AttemptLine]:
        """The attempts at a problem by number, without their texts, a page at a time.

        Args:
            status, program_id: only those with this status, or this program.
        """
        with self._reading() as connection:
            return browsing.attempt_lines(
                connection, run.id, problem, status, program_id, offset, limit
            )

    def program_groups(self, run: Run, problem: str, limit: int = 100) -> list[ProgramGroup]:
        """The different programs at a problem, the most frequent first."""
        with self._reading() as connection:
            return browsing.program_groups(connection, run.id, problem, limit)

    def program_count(self, run: Run, problem: str) -> int:
        """How many different programs there are at a problem."""
        with self._reading() as connection:
            return browsing.program_count(connection, run.id, problem)

    def neighbours(self, run: Run, problem: str, number: int) -> tuple[int | None, int | None]:
        """The numbers of the attempts before and after this one at the problem."""
        with self._reading() as connection:
            return browsing.neighbours(connection, run.id, problem, number)

    def program_id(self, run: Run, problem: str, number: int) -> int:
        """Which program an attempt is; DataError when there is no such attempt."""
        with self._reading() as connection:
            return browsing.program_id(connection, run.id, problem, number)

    # Connections

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._faults(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with (
            self._faults(),
            self._engine.connect().execution_options(**sqlite.WRITING) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """The one place where the database's errors become passatk's."""
        try:
            yield
        except DBAPIError as error:
            raise sqlite.store_error(error.orig, self.path) from error

    def _prepare(self, *, create: bool) -> None:
        """See that this is a store, bring it to this version, and make an empty database one.

        A store of an earlier version that is only read stays as it is.
        """
        version = self._version()
        if version is not None:
            if create and version < SCHEMA_VERSION:
                with self._writing() as connection:
                    migrating.migrate(connection)
            return
        if not create:
            raise _not_a_store(self.path)
        with self._faults():
            sqlite.use_write_ahead_log(self._engine)
        with self._writing() as connection:
            # Another process may have been here between the look and the lock.
            if not inspect(connection).has_table(meta.name):
                metadata.create_all(connection)
                written = {"key": "schema", "value": str(SCHEMA_VERSION)}
                connection.execute(insert(meta), written)

    def _version(self) -> int | None:
        """None for an empty database; raises for one of another kind or of a later version."""
        with self._reading() as connection:
            tables = inspect(connection).get_table_names()
            if not tables:
                return None
            if meta.name not in tables:
                raise _not_a_store(self.path)
            found = migrating.version(connection)
        if found is None:
            raise _not_a_store(self.path)
        if found > SCHEMA_VERSION:
            raise StoreTooNew(
                f"{self.path}: a later version of passatk wrote this store\n"
                f"  expected: schema {SCHEMA_VERSION} at most\n"
                f"  found: schema {found}\n"
                "  next: upgrade passatk, or name another store with --store"
            )
        return found


def _path(location: str | Path) -> Path:
    """The database file of a URL or a bare path."""
    if isinstance(location, str) and "://" in location:
        scheme, _, rest = location.partition("://")
        if scheme != "sqlite" or not rest.startswith("/") or rest == "/":
            raise StoreError(
                f"{scheme}://...: not a place for a store\n"  # the rest may hold a password
                "  expected: a path, or sqlite:/// followed by one\n"
                "  next: for example --store sqlite:///passatk.db"
            )
        location = rest[1:]
    path = Path(location)
    if not path.name or path.is_dir():
        raise StoreError(
            f"{location}: a store is a file, and this is a folder\n"
            f"  next: for example --store {path / 'passatk.db'}"
        )
    return path.absolute()


def _not_a_store(path: Path) -> StoreError:
    return StoreError(
        f"{path}: a database, but not a store of passatk\n"
        "  next: name another file with --store; a new one is created"
    )
