"""Network: reaching anything, on the host or beyond."""

from __future__ import annotations

from .harness import ERROR, FAILED, Arena, Attack, Round, rounds


@rounds(
    Attack(
        "tcp-to-the-host",
        ERROR,
        function="""
import socket
def f(x):
    socket.create_connection(("127.0.0.1", @PORT@), timeout=0.2).send(b"hello")
""",
        script="import socket\nsocket.create_connection(('127.0.0.1', @PORT@), timeout=0.2)\n",
    ),
    Attack(
        "udp-to-the-host",
        ERROR,
        function="""
import socket
def f(x):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"hello", ("127.0.0.1", @PORT@))
""",
        script="""
import socket
socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b"hello", ("::1", @PORT@))
""",
    ),
    Attack(
        "unix-socket",
        ERROR,
        function="import socket\ndef f(x):\n    socket.socket(socket.AF_UNIX).connect('@UNIX@')\n",
        script="import socket\nsocket.socket(socket.AF_UNIX).connect('@UNIX@')\n",
    ),
    Attack(
        "abstract-socket",
        ERROR,
        function="import socket\ndef f(x):\n    socket.socket(1).connect('\\0@ABSTRACT@')\n",
        script="import socket\nsocket.socket(1).connect('\\0@ABSTRACT@')\n",
    ),
    Attack(
        "datagram-from-a-connected-pair",
        ERROR,
        function="""
import socket
def f(x):
    a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    a.sendto(b"hello", "\\0@ABSTRACT@")
""",
        script="""
import socket
for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
    a, b = socket.socketpair(socket.AF_UNIX, kind)
    a.sendto(b"hello", "\\0@ABSTRACT@")
""",
    ),
    Attack(
        "judges-channel-turned-elsewhere",
        ERROR,
        function="""
import socket
def f(x):
    channel = socket.socket(fileno=4)
    channel.sendto(b"hello", "\\0@ABSTRACT@")
""",
    ),
    Attack(
        "names-and-pages",
        FAILED,
        function="""
import socket, urllib.request
def f(x):
    try:
        socket.getaddrinfo("localhost", 80)
    except OSError:
        return urllib.request.urlopen("http://127.0.0.1:@PORT@/", timeout=0.2).read()
""",
        script="import urllib.request\nurllib.request.urlopen('http://127.0.0.1:@PORT@/')\n",
    ),
    Attack(
        "raw-packets-and-netlink",
        ERROR,
        function="""
import socket
def f(x):
    for family, kind in ((2, 3), (17, 3), (16, 3), (38, 5), (40, 1), (1, 5), (44, 2)):
        try:
            return socket.socket(family, kind).fileno()
        except OSError: pass
    raise PermissionError
""",
    ),
    Attack(
        "listening",
        ERROR,
        function="import socket\ndef f(x):\n    socket.create_server(('', 0)).accept()\n",
        script="import socket\nsocket.socket(1).bind('\\0mine')\n",
    ),
    Attack(
        "a-socket-passed-to-the-judge",
        FAILED,
        function="""
import array, os, socket
def f(x):
    channel = socket.socket(fileno=4)
    rights = array.array("i", [4, 1, os.open("/", os.O_RDONLY)])
    channel.sendmsg([b"\\0\\0\\0\\x0c" + b'{"r": "128"}'], [(1, 1, rights)])
    os._exit(0)
""",
    ),
)
def test_nobody_is_reached(arena: Arena, attack: Round) -> None:
    arena.holds(attack)
