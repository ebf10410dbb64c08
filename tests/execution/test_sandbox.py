"""Starting judge and zygote behind the wall: what the command line shows, and what is refused."""

from __future__ import annotations

import dataclasses
import os
import shutil
import sys
import venv
from pathlib import Path

import pytest

import passatk
from passatk.errors import NoBubblewrap, NoUserNamespaces, UnsuitablePython
from passatk.execution import sandbox
from passatk.execution.limits import Limits
from passatk.execution.pool import Pool, Settings, Task
from passatk.execution.sandbox import Interpreter, Isolation, interpreter
from passatk.records import CallCase, CallTests, Problem, Status

LIMITS = Limits(cpu_seconds=2.0, wall_seconds=20.0)


def script(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def shown(line: list[str]) -> dict[str, str]:
    """What bubblewrap shows of the host: place in the sandbox and place outside."""
    binds = ("--ro-bind", "--ro-bind-try", "--dev-bind", "--bind")
    return {line[i + 2]: line[i + 1] for i, word in enumerate(line) if word in binds}


def strict_line(python: Interpreter, *, admin: bool = False) -> list[str]:
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed")
    return sandbox.command(python, Isolation.STRICT, "judge", ["3"], admin=admin)


def test_the_default_interpreter_is_this_one() -> None:
    """What passatk runs on also judges, unless --python says otherwise."""
    found = interpreter()
    assert os.path.realpath(sys.executable) == os.path.realpath(found.executable)
    assert ".".join(map(str, sys.version_info[:3])) == found.version
    assert os.path.realpath(sys.prefix + "/lib") in map(os.path.realpath, found.needs)


def test_a_name_is_looked_up_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a shell would."""
    script(tmp_path / "some-python", f'exec {sys.executable} "$@"')
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert interpreter().version == interpreter("some-python").version


def test_a_link_stands_for_what_it_points_to(tmp_path: Path) -> None:
    """A link in some folder does not show that folder to candidates."""
    real = os.path.realpath(sys.executable)
    (tmp_path / "python").symlink_to(real)
    (tmp_path / "secret").write_text("secret")
    found = interpreter(str(tmp_path / "python"))
    assert real == os.path.realpath(found.executable)
    assert str(tmp_path) not in sandbox._outermost(found)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("exit 1", "does not answer as a Python interpreter"),
        ("echo hello", "does not answer as a Python interpreter"),
        ('echo \'[[3,7,9],"cpython","linux","/x",[]]\'', "found: cpython 3.7.9 on linux"),
        ('echo \'[[3,11,0],"pypy","linux","/x",[]]\'', "found: pypy 3.11.0 on linux"),
        ('echo \'[[3,11,0],"cpython","darwin","/x",[]]\'', "on darwin"),
    ],
    ids=["fails", "no-python", "too-old", "pypy", "macos"],
)
def test_what_cannot_judge_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    """With what was found and what was expected."""
    with pytest.raises(UnsuitablePython, match=reason):
        interpreter(script(tmp_path / "python", text))


def test_a_missing_interpreter_is_refused() -> None:
    """With the next step."""
    with pytest.raises(UnsuitablePython, match="no such program") as caught:
        interpreter("/no/such/python")
    assert "next: " in str(caught.value)


@pytest.mark.parametrize("admin", [False, True])
def test_the_sandbox_shows_no_home_directory(admin: bool) -> None:
    """Neither the home directory nor any folder above it, and nothing that can be written to."""
    line = strict_line(interpreter(), admin=admin)
    home = Path.home().resolve()
    outside = shown(line).values()
    assert [] == [p for p in outside if home.is_relative_to(Path(p).resolve())]
    assert "--bind" not in line
    assert all(p.startswith("/dev/") for p in outside if line[line.index(p) - 1] == "--dev-bind")
    assert "--unshare-all" in line
    assert "--clearenv" in line
    assert admin == ("CAP_SYS_ADMIN" in line)


def test_the_environment_is_not_the_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the caller, and no value of one, gets on the command line."""
    monkeypatch.setenv("PASSATK_CANARY", "canary-in-the-environment")
    line = strict_line(interpreter())
    assert "canary-in-the-environment" not in " ".join(line)
    names = [line[i + 1] for i, word in enumerate(line) if word == "--setenv"]
    assert sorted(sandbox.environment("/tmp")) == sorted(names)


@pytest.mark.parametrize("isolation", Isolation)
def test_the_interpreters_path_is_closed(isolation: Isolation) -> None:
    """No module of the working directory or the user's site is imported in place of a real one."""
    if isolation is Isolation.STRICT:
        strict_line(interpreter())
    line = sandbox.command(interpreter(), isolation, "judge", [], admin=False)
    assert "-s" in line
    assert "sys.path[0] = " in line[line.index("-c") + 1]


def test_folders_within_others_are_not_shown_twice(tmp_path: Path) -> None:
    """One bind a tree; what a system folder shows already needs none."""
    for name in ("prefix/bin", "prefix/lib/site", "other"):
        (tmp_path / name).mkdir(parents=True)
    prefix, other = str(tmp_path / "prefix"), str(tmp_path / "other")
    python = Interpreter(
        f"{prefix}/bin/python",
        "3.11.0",
        (f"{prefix}/lib/site", prefix, other, "/usr/lib/python3", str(tmp_path / "missing")),
    )
    assert sorted([other, prefix]) == sorted(sandbox._outermost(python))


def test_a_project_that_is_an_environment_is_not_shown(tmp_path: Path) -> None:
    """Of a virtual environment in a project's own folder its interpreter and library are shown."""
    venv.create(tmp_path, symlinks=True, system_site_packages=True)
    (tmp_path / "problems.jsonl").write_text("answers")
    (tmp_path / "results").mkdir()
    line = strict_line(interpreter(str(tmp_path / "bin" / "python")))
    ours = {Path(each).name for each in shown(line) if Path(each).is_relative_to(tmp_path)}
    assert {"bin", "lib", "pyvenv.cfg"} == ours - {"share", "etc"}
    sandbox.check_strict(interpreter(str(tmp_path / "bin" / "python")))


@pytest.mark.usefixtures("pool")  # which skips where there is no strict isolation
@pytest.mark.parametrize("place", ["the package itself", "the environment's own"])
def test_built_in_problems_are_not_shown(tmp_path: Path, place: str) -> None:
    """An installed passatk lies among the libraries that programs see: with tests and solutions."""
    python, package = interpreter(), Path(passatk.__file__).parent
    if place == "the environment's own":
        package = tmp_path / "passatk"
        package.mkdir()
        (package / "answers").touch()
    python = dataclasses.replace(python, needs=(*python.needs, str(package.parent)))
    look = f"import os\ndef f(x):\n    return os.listdir({str(package)!r})"
    write = f"def f(x):\n    open({str(package / 'x')!r}, 'w')"
    problem = Problem("p", "", CallTests((CallCase((1,), []),)), entry_point="f")
    with Pool(Settings(python, workers=1)) as pool:
        tasks = [Task(each, problem, each, LIMITS) for each in (look, write)]
        verdicts = {task.key: verdict for task, verdict in pool.judge(tasks)}
    assert Status.PASSED == verdicts[look].status, verdicts[look].detail
    assert "Read-only file system" in verdicts[write].detail


def test_names_alike_are_not_within_each_other(tmp_path: Path) -> None:
    """``/a/py`` does not show ``/a/python``."""
    for name in ("py", "python"):
        (tmp_path / name).mkdir()
    folders = (str(tmp_path / "py"), str(tmp_path / "python"))
    python = Interpreter(f"{folders[0]}/x", "3.11.0", folders)
    assert sorted(folders) == sorted(sandbox._outermost(python))


def test_without_bubblewrap_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """How to install it, and the weaker choice."""
    python = interpreter()
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoBubblewrap, match="apt-get install bubblewrap") as caught:
        sandbox.command(python, Isolation.STRICT, "judge", [], admin=False)
    assert "--isolation process" in str(caught.value)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("bwrap: No permissions to create new namespace", NoUserNamespaces),
        ("namespace: [Errno 1] unshare: Operation not permitted", NoUserNamespaces),
        ("error while loading shared libraries: libpython3.so", UnsuitablePython),
    ],
    ids=["no-user-namespace", "no-pid-namespace", "no-library"],
)
def test_why_strict_isolation_fails_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, error: type[Exception]
) -> None:
    """The system's refusal and an interpreter that does not start have different remedies."""
    python = interpreter()
    script(tmp_path / "bwrap", f"echo '{said}' >&2; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    sandbox.check_strict.cache_clear()
    with pytest.raises(error, match="next: ") as caught:
        sandbox.check_strict(python)
    assert said in str(caught.value)
    sandbox.check_strict.cache_clear()
