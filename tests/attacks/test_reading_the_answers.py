"""Reading the answers: looking for the expected values everywhere a program can look."""

from __future__ import annotations

from passatk.records import CodeTests, Problem, Status, Trust

from .harness import FAILED, HONEST, LIMIT, REFUSED, SECRET, Arena, Attack, Round, rounds

# Every readable page of the process, found without /proc: mincore(2) tells what is mapped.
_MEMORY = """
import ctypes, gc, re
_libc = ctypes.CDLL(None)
_libc.malloc.restype = ctypes.c_void_p
def pages():
    seen, known, size = set(), ctypes.create_string_buffer(1), ctypes.c_size_t(4096)
    starts = {id(thing) for thing in gc.get_objects()}
    starts |= {_libc.malloc(size) for size in (64, 4000, 1 << 18)}
    for start in sorted(start & ~0xfff for start in starts):
        for step in (4096, -4096):
            page = start
            while page not in seen and not _libc.mincore(ctypes.c_void_p(page), size, known):
                seen.add(page)
                yield ctypes.string_at(page, 4096)
                page += step
def search(pattern):
    return [found for page in pages() for found in re.findall(pattern, page)]
"""


@rounds(
    Attack(
        "numbers-in-all-objects",
        FAILED | LIMIT,
        function="""
import gc
def f(x):
    seen = set()
    todo = list(gc.get_objects())
    while todo and len(seen) < 60000:
        thing = todo.pop()
        if id(thing) in seen: continue
        seen.add(id(thing))
        if type(thing) is int and thing > 10 ** 11 and round(thing ** (1 / 7)) ** 7 == thing:
            return thing
        if type(thing) is not str:
            todo.extend(gc.get_referents(thing))
    return None
""",
    ),
    Attack(
        "frames-and-tracebacks",
        FAILED,
        function="""
import inspect, sys
def f(x):
    found = []
    try:
        raise KeyError
    except KeyError as error:
        frame = error.__traceback__.tb_frame
    while frame:
        found.append({**frame.f_globals, **frame.f_locals}.get("expected"))
        frame = frame.f_back
    found += [s.frame.f_locals.get("expected") for s in inspect.stack()]
    return next((value for value in found if value is not None), sorted(sys._current_frames()))
""",
        script="""
import sys
frame, shown = sys._getframe(), []
while frame:
    shown.append(str(frame.f_locals.get("expected")) + str(frame.f_locals.get("request")))
    frame = frame.f_back
print(*shown)
""",
    ),
    Attack(
        "memory-through-proc",
        FAILED,
        function="""
def f(x):
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as memory:
        return [line for line in maps if "rw" in line]
""",
        script="print(open('/proc/1/mem', 'rb').read(1))\n",
    ),
    Attack(
        "files-and-environment",
        FAILED | LIMIT,
        function="""
import os
def f(x):
    found = sorted(os.environ.items())
    for folder, _, names in os.walk("/"):
        if folder.startswith(("/usr", "/lib", "/root", "/home", "/opt")): continue
        for name in names:
            path = os.path.join(folder, name)
            if path.startswith("/dev"): continue
            with open(path, "rb") as file:
                data = file.read(1 << 20)
            if b"cases" in data and b"expected" in data and str(41 ** 6 * 41).encode() in data:
                found.append(data)
    try:
        found.append(open("@FILE@").read())
    except OSError as error:
        found.append(str(error))
    print(found)
    return found
""",
        script="""
import os
print(os.environ.get("PASSATK_CANARY"), os.environ, os.listdir("/"), os.listdir("."))
for path in ("@FILE@", "tests.json", "../tests.json", "/proc/self/environ", "/etc/passwd"):
    try:
        print(open(path).read())
    except OSError as error:
        print(error)
""",
    ),
    Attack(
        "every-descriptor-by-its-name",
        REFUSED,
        function="""
import os
def f(x):
    found = []
    for number in range(256):
        try:
            found.append(os.pread(os.open("/dev/fd/%d" % number, os.O_RDWR), 1 << 16, 0))
        except OSError:
            pass
    print(found)
    return found
""",
        script="""
import os
for number in range(256):
    try:
        print(os.pread(os.open("/proc/self/fd/%d" % number, os.O_RDONLY), 1 << 16, 0))
    except OSError:
        pass
""",
    ),
    Attack(
        "arguments-of-the-process",
        FAILED,
        function="import sys\ndef f(x):\n    print(sys.orig_argv, sys.argv, sys.flags)\n",
        script="import sys\nprint(sys.orig_argv, sys.argv, sys._xoptions)\n",
    ),
    Attack(
        "memory-of-the-parent",
        REFUSED,
        function="""
import ctypes
libc = ctypes.CDLL(None)
def f(x):
    libc.process_vm_readv(2, None, 0, None, 0, 0)
""",
        script="import ctypes\nctypes.CDLL(None).process_vm_readv(2, None, 0, None, 0, 0)\n",
    ),
    Attack(
        "the-judge-asked-for-more",
        REFUSED,
        function="""
import os
def f(x):
    os.set_blocking(4, False)
    try:
        return os.read(4, 1 << 20)
    except BlockingIOError:
        return None
""",
    ),
)
def test_expected_values_are_not_found(arena: Arena, attack: Round) -> None:
    arena.holds(attack)


def test_memory_holds_nothing_of_other_attempts(arena: Arena) -> None:
    """Neither another program, nor its tests, nor what it printed is in the memory of the next."""
    tests = CodeTests(
        setup="def check(f):\n    # the-well-known-tests\n    assert f(1)", check="check"
    )
    shared = Problem("shared", "", tests, entry_point="f", trust=Trust.SHARED_PROCESS)
    search = _MEMORY + "print(search(b'the-well-known-[a-z]+'))\n" + HONEST
    arena.judge("# the-well-known-program\n" * 40 + HONEST)
    arena.judge("print('the-well-known-answer', int(input()) ** 7)\n", "stream")
    arena.judge("def f(x): return True", shared)
    arena.judge("def f(x): raise ValueError('the-well-known-error' * 99)")
    verdict = arena.judge(search)
    assert (Status.PASSED, "[]\n") == (verdict.status, verdict.output)
    assert "known-myself" in arena.judge(search + "# the-well-known-myself\n").output


def test_memory_does_not_hold_the_expected_value(arena: Arena) -> None:
    """The secret is not in the process as a text before the program computes it."""
    search = _MEMORY + "print(search(b'1947542738[0-9]+'))\n"
    assert arena.judge(search + HONEST).output == "[]\n"
    assert str(SECRET) in arena.judge(search + HONEST + f"# {SECRET}\n").output
