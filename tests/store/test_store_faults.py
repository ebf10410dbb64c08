"""What the store says when the world does not play along, and that it leaves nothing half done."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest

from passatk.errors import StoreError, StoreLocked, StoreReadOnly, StoreTooNew
from passatk.store import Store, open_store

from .examples import ENVIRONMENT, MANIFEST, attempts, benchmark


def in_private_mounts(mount: str, code: str, folder: Path) -> str:
    """Run Python under mounts that nobody else sees; its output.

    ``mount`` is a shell command about ``$1``, the folder; ``code`` finds it as ``folder``.
    """
    unshare = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-r", "-m"]
    if shutil.which("unshare") is None:
        pytest.skip("needs unshare, of util-linux")
    if subprocess.run([*unshare, "sh", "-c", mount, "sh", folder], capture_output=True).returncode:
        pytest.skip("needs the right to mount")
    script = (
        "import sys; from pathlib import Path; folder = Path(sys.argv[1])\n"
        "from passatk.errors import *\n"
        "from passatk.store import open_store\n"
        "from tests_store.examples import *\n"
    ) + textwrap.dedent(code)
    # Not under ``folder``: what is mounted there hides it.
    (folder.parent / "tests_store").symlink_to(Path(__file__).parent)
    (folder.parent / "script.py").write_text(script)
    command = f'{mount} && exec "$2" "$3" "$1"'
    arguments = [str(folder), sys.executable, str(folder.parent / "script.py")]
    done = subprocess.run(
        [*unshare, "sh", "-c", command, "sh", *arguments],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
    )
    assert done.stderr == ""
    return str(done.stdout)


READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    made.mkdir()
    return made


def test_a_read_only_folder_can_be_read(folder: Path) -> None:
    """What was stored can be shown from a read-only folder; writing names the cause."""
    with open_store(folder / "s.db") as store:
        store.begin_run("a", benchmark(), MANIFEST, attempts())
    code = """
        with open_store(folder / "s.db", read_only=True) as store:
            print(len(list(store.attempts(store.run("a")))), [r.attempts for r in store.runs()])
        for write in (
            lambda: open_store(folder / "s.db").delete_run("a"),
            lambda: open_store(folder / "new.db"),
        ):
            try:
                write()
            except StoreReadOnly as error:
                print("read-only" in str(error), "next:" in str(error))
    """
    assert in_private_mounts(READ_ONLY, code, folder) == "12 [12]\nTrue True\nTrue True\n"


def test_a_read_only_folder_with_a_log_can_be_read(folder: Path) -> None:
    """The last words of a writer that was killed are read as well."""
    store = open_store(folder / "s.db")
    store.begin_run("a", benchmark(), MANIFEST, attempts())
    code = """
        with open_store(folder / "s.db", read_only=True) as store:
            print([r.attempts for r in store.runs()])
    """
    assert in_private_mounts(READ_ONLY, code, folder) == "[12]\n"
    store.close()


def test_a_full_disk_stores_nothing_of_the_run(folder: Path) -> None:
    """On a full disk the run is refused whole, and what was there before can be read."""
    code = """
        with open_store(folder / "s.db") as store:
            before = store.begin_run("small", benchmark(), MANIFEST, attempts())
            large = (attempt(0, i, f"    return {i}\\n" * 500) for i in range(3000))
            try:
                store.begin_run("large", benchmark(), MANIFEST, large)
            except StoreFull as error:
                print("no space left" in str(error))
            print([r.run.name for r in store.runs()], store.progress(before).attempts)
    """
    mount = 'mount -t tmpfs -o size=2m tmpfs "$1"'
    assert in_private_mounts(mount, code, folder) == "True\n['small'] 12\n"


LOCKER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


def test_a_lock_held_too_long_is_named(path: Path) -> None:
    """While another process writes, reading works and writing ends with what to do."""
    with open_store(path, wait_seconds=0.05) as store:
        run = store.begin_run("a", benchmark(), MANIFEST, attempts())
        with subprocess.Popen(
            [sys.executable, "-c", LOCKER, str(path)], stdin=-1, stdout=-1, text=True
        ) as locker:
            assert locker.stdout is not None
            assert locker.stdout.readline() == "locked\n"
            assert store.progress(run).attempts == 12
            with pytest.raises(StoreLocked, match="another process"):
                store.retry_errors(run)
            locker.communicate("")
        assert store.retry_errors(run) == 0


@pytest.mark.parametrize("read_only", [False, True])
def test_a_later_schema_is_left_alone(path: Path, read_only: bool) -> None:
    """A store of a later passatk is refused and not touched."""
    open_store(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE meta SET value = '999'")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreTooNew, match="schema 999"):
        open_store(path, read_only=read_only)
    assert before == path.read_bytes()


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_that_is_no_database_is_left_alone(path: Path, read_only: bool) -> None:
    """A samples file given as --store is refused and not touched."""
    text = '{"task_id": "HumanEval/0"}\n' * 100
    path.write_text(text)
    with pytest.raises(StoreError, match="not a store"):
        open_store(path, read_only=read_only)
    assert text == path.read_text()


def test_another_programs_database_is_left_alone(path: Path) -> None:
    """A database with other tables gets none of ours."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not a store of passatk"):
        open_store(path)
    assert before == path.read_bytes()


def test_reading_creates_nothing(path: Path) -> None:
    """Showing from a place without a store says so and leaves no file."""
    with pytest.raises(StoreError, match="no store here yet"):
        open_store(path, read_only=True)
    assert list(path.parent.iterdir()) == []


def test_a_store_opened_for_reading_refuses_to_write(store: Store, path: Path) -> None:
    """Read-only is kept to where the folder could be written."""
    with open_store(path, read_only=True) as reader, pytest.raises(StoreReadOnly):
        reader.begin_run("a", benchmark(), MANIFEST, attempts())


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("postgresql://host/db", "sqlite:///"),
        ("sqlite://", "sqlite:///"),
        ("sqlite:///", "sqlite:///"),
        ("/", "this is a folder"),
        ("no/such/folder/s.db", "mkdir -p"),
    ],
)
def test_a_place_that_cannot_be_is_refused(location: str, said: str) -> None:
    """Each message says what to write instead."""
    with pytest.raises(StoreError, match=said):
        open_store(location)


def test_a_path_may_have_any_characters(tmp_path: Path) -> None:
    """What means something in a URL means nothing in a path."""
    path = tmp_path / "a b%20?mode=ro#1.db"
    with open_store(path) as store:
        store.begin_run("a", benchmark(), MANIFEST, [])
    assert [path] == list(tmp_path.iterdir())


OPENER = "import sys; from passatk.store import open_store; open_store(sys.argv[1]).runs()"


def test_many_may_create_a_store_together(path: Path) -> None:
    """Processes that start at once on a new store all find it made."""
    command = [sys.executable, "-c", OPENER, str(path)]
    started = [subprocess.Popen(command, env=ENVIRONMENT) for _ in range(4)]
    assert [process.wait() for process in started] == [0, 0, 0, 0]


def test_a_path_that_is_no_unicode(tmp_path: Path) -> None:
    """File names are bytes: a store can lie in any folder that there is."""
    folder = tmp_path / os.fsdecode(b"r\xffuns?#%41")
    folder.mkdir()
    for read_only in (False, True):
        with open_store(folder / "passatk.db", read_only=read_only) as store:
            assert [] == store.runs()
    assert {"passatk.db"} <= set(os.listdir(folder))


def test_a_password_in_an_address_is_not_repeated() -> None:
    """A store is a file; who took it for a server may have given a password."""
    with pytest.raises(StoreError, match="not a place for a store") as caught:
        open_store("postgresql://user:hunter2@host/runs")
    assert "hunter2" not in str(caught.value)
