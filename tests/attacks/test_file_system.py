"""File system: reading what is not the program's, or leaving something anywhere."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from passatk.records import Status

from .harness import (
    ERROR,
    FAILED,
    HARMLESS,
    HONEST,
    HONEST_SCRIPT,
    MARK,
    REFUSED,
    Arena,
    Attack,
    Round,
    rounds,
)

_PLACES = (
    "('/', '/usr', '/usr/lib', '/lib', '/dev', '/etc', '/passatk/inside', '/tmp/..', sys.prefix)"
)


@rounds(
    Attack(
        "canary-of-the-host",
        ERROR,
        function="def f(x):\n    return int(open('@FILE@').read())\n",
        script="print(open('@FILE@').read())\n",
    ),
    Attack(
        "home-and-keys",
        ERROR,
        function="""
import os, sys
def f(x):
    home = os.path.expanduser("~root")
    own = {sys.prefix, sys.base_prefix}  # the interpreter itself may be at home there
    for path in ("/root", "/home", home, "/etc/shadow", "/var", "/proc", "/sys", "/run"):
        if os.path.isfile(path): return path
        for folder, folders, files in os.walk(path):
            if files: return folder, files
            folders[:] = [each for each in folders if os.path.join(folder, each) not in own]
    raise FileNotFoundError
""",
    ),
    Attack(
        "files-everywhere",
        ERROR,
        function=f"""
import os, sys
def f(x):
    written = []
    for place in {_PLACES}:
        for name in ("{MARK}", "sitecustomize.py", "__pycache__/{MARK}"):
            try:
                with open(os.path.join(place, name), "w") as file: file.write("import os")
                written.append(place)
            except OSError: pass
    if not written: raise PermissionError
    return x ** 7
""",
        script=f"open('/usr/{MARK}', 'w')\n",
    ),
    Attack(
        "library-rewritten",
        ERROR,
        function="""
import os
def f(x):
    with open(os.__file__, "a") as file: file.write("raise SystemExit(0)")
""",
        script="import os\nos.rename(os.__file__, os.__file__ + 'x')\n",
    ),
    Attack(
        "rights-taken-from-everybody",
        ERROR,
        function="""
import os, sys
def f(x):
    done = []
    devices = [f"/dev/{name}" for name in os.listdir("/dev")]
    for path in (*devices, "/", sys.prefix, os.__file__):
        changes = (lambda: os.chmod(path, 0), lambda: os.utime(path, (1, 1)),
                   lambda: os.truncate(path, 0))
        for change in changes:
            try:
                change()
                done.append(path)
            except OSError: pass
    if not done: raise PermissionError
    return x ** 7
""",
        script="import os\nos.chmod('/dev/null', 0)\n",
    ),
    Attack(
        "links-that-lead-out",
        ERROR,
        function="""
import os
def f(x):
    os.symlink("/", "/tmp/root")
    os.symlink("@FILE@", "/tmp/canary")
    for path in ("/tmp/canary", "/tmp/root/../@FILE@", "../../../@FILE@", "/tmp/root/etc/shadow"):
        try:
            return open(path).read()
        except OSError: pass
    os.link("/usr/lib/os-release", "/tmp/hard")
""",
        script=f"import os\nos.symlink('/usr/lib', '/tmp/x')\nopen('/tmp/x/{MARK}', 'w')\n",
    ),
    Attack(
        "special-files",
        REFUSED,
        function="""
import os, stat
def f(x):
    os.mknod("/tmp/disk", 0o600 | stat.S_IFBLK, os.makedev(8, 0))
    return open("/tmp/disk", "rb").read(512)
""",
        script="import os\nos.mkfifo('/tmp/fifo')\n",
    ),
    Attack(
        "working-folder-left",
        FAILED,
        function="""
import os
os.chdir("/usr/lib")
def f(x):
    return os.listdir("/root") + os.listdir("@FILE@/..")
""",
    ),
)
def test_the_hosts_files_are_out_of_reach(arena: Arena, attack: Round) -> None:
    devices = [Path("/dev", name) for name in ("null", "zero", "full", "random", "urandom")]
    before = [(stat.filemode(os.stat(d).st_mode), os.stat(d).st_mtime > 1000) for d in devices]
    arena.holds(attack)
    after = [(stat.filemode(os.stat(d).st_mode), os.stat(d).st_mtime > 1000) for d in devices]
    assert before == after


@rounds(
    Attack(
        "files-and-folders",
        HARMLESS,
        function=f"""
import os
os.makedirs("/tmp/{MARK}/a/b")
open("/tmp/{MARK}/a/b/.hidden", "w").close()
"""
        + HONEST,
        script=f"open('/tmp/{MARK}', 'w').write('41 194754273881')\n" + HONEST_SCRIPT,
    ),
    Attack(
        "rights-taken-from-the-scratch",
        HARMLESS,
        function="import os\nos.mkdir('/tmp/a')\nos.chmod('/tmp/a', 0)\nos.chmod('/tmp', 0)\n"
        + HONEST,
        script="import os\nos.chmod('/tmp', 0o555)\n" + HONEST_SCRIPT,
    ),
    Attack(
        "times-of-the-scratch",
        HARMLESS,
        function="import os\nos.utime('/tmp', (41, 41))\n" + HONEST,
        script="import os\nos.utime('/tmp', (41, 41))\n" + HONEST_SCRIPT,
    ),
    Attack(
        "links-in-the-scratch",
        HARMLESS,
        function="import os\nos.symlink('/', '/tmp/a')\nos.symlink('a', '/tmp/b')\n" + HONEST,
    ),
    Attack(
        "a-folder-kept-open",
        HARMLESS,
        function="""
import os
os.mkdir("/tmp/a")
os.chdir("/tmp/a")
kept = os.open(".", os.O_RDONLY)
os.rmdir("/tmp/a")
"""
        + HONEST,
    ),
    Attack(
        "names-that-are-hard-to-remove",
        HARMLESS,
        function="""
import os
for n in range(50):
    os.mkdir("x" * 200)
    os.chdir("x" * 200)
open(b"\\xff\\n-rf *", "wb").close()
"""
        + HONEST,
    ),
)
def test_the_scratch_folder_starts_empty(arena: Arena, attack: Round) -> None:
    """A right program may write to its scratch folder; the next one finds nothing there."""
    arena.holds(attack)


def test_each_test_of_a_script_starts_empty(arena: Arena) -> None:
    """Nothing is passed on from one run of a script to its next, either."""
    program = "import os\nopen('seen', 'x').close()\n" + HONEST_SCRIPT
    assert arena.judge(program, "stream").status == Status.PASSED
