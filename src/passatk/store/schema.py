"""The tables of a store, in SQL that SQLite and PostgreSQL both speak.

    run ──< problem ──< attempt >── judgement
     └─ run_state         └──────> source

* ``run_state`` is what changes about a run after it was begun: what people note on it, and how
  often its attempts were written to. A run without a row there was never changed.
* Everything but ``source`` belongs to one run and goes with it. A problem is known by its run and
  its position in the benchmark, so that ordering by ``problem`` is benchmark order without a join.
* ``source`` holds programs, delivered texts and prompts once each, by their SHA-256.
* A judgement is filed under the first attempt (``number``) with the judged program; the other
  attempts at the problem with the same program point at it through ``attempt.judged_as``.
* ``attempt.status`` repeats ``judgement.status``: counting a million attempts must not join.

What models and programs wrote is kept as UTF-8 bytes: it may hold NUL characters and lone
surrogates, which a database's text may not.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 2

metadata = MetaData()

_Id = BigInteger().with_variant(Integer, "sqlite")

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("created", Text, nullable=False),
    Column("benchmark", Text),
    Column("benchmark_hash", Text),
    Column("manifest", Text, nullable=False),
    sqlite_autoincrement=True,  # the id of a deleted run is never given to another one
)

run_state = Table(
    "run_state",
    metadata,
    Column("run_id", ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("tags", Text, nullable=False, server_default="[]"),  # a JSON list
    Column("note", Text, nullable=False, server_default=""),
    Column("archived", Integer, nullable=False, server_default="0"),
)

problem = Table(
    "problem",
    metadata,
    Column("run_id", ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("title", Text),
    Column("category", Text),
    Column("difficulty", Text),
    Column("cluster", Text),
    Column("entry_point", Text),
    Column("language", Text),
    Column("prompt_id", _Id),
    UniqueConstraint("run_id", "name"),
    sqlite_with_rowid=False,
)

# No foreign keys to ``source``: removing unused sources would look every one up in every attempt.
source = Table(
    "source",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("sha256", LargeBinary, nullable=False, unique=True),
    Column("text", LargeBinary, nullable=False),
)

attempt = Table(
    "attempt",
    metadata,
    Column("run_id", Integer, primary_key=True, autoincrement=False),
    Column("problem", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False),  # in the order the attempts came
    Column("program_id", _Id, nullable=False),
    Column("status", Text),  # NULL: not judged yet
    Column("judged_as", Integer),
    Column("chain", BigInteger),
    Column("step", BigInteger),
    Column("text_field", Text, nullable=False),
    # The delivered text: the last characters of the program, or a source of its own.
    Column("text_length", Integer),
    Column("text_id", _Id),
    Column("extra", Text),
    ForeignKeyConstraint(
        ["run_id", "problem"], ["problem.run_id", "problem.position"], ondelete="CASCADE"
    ),
    UniqueConstraint("run_id", "position"),
    sqlite_with_rowid=False,
)

# Finds what is pending, finds the attempts a verdict is for, and counts statuses, all by itself.
Index(
    "attempt_by_program",
    attempt.c.run_id,
    attempt.c.problem,
    attempt.c.program_id,
    attempt.c.status,
)

judgement = Table(
    "judgement",
    metadata,
    Column("run_id", Integer, primary_key=True, autoincrement=False),
    Column("problem", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("status", Text, nullable=False),
    Column("trust", Text, nullable=False),
    Column("score", Float),
    Column("cpu_seconds", Float),
    Column("wall_seconds", Float),
    Column("peak_memory_bytes", BigInteger),
    Column("tests", Text, nullable=False),
    Column("detail", LargeBinary, nullable=False),
    Column("output", LargeBinary, nullable=False),
    ForeignKeyConstraint(
        ["run_id", "problem"], ["problem.run_id", "problem.position"], ondelete="CASCADE"
    ),
    sqlite_with_rowid=False,
)
