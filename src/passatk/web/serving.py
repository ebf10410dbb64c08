"""From a store and options to a listening server."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Callable, Iterable, Iterator

import uvicorn

from passatk.errors import PassatkError, StoreReadOnly
from passatk.store import Store, open_store
from passatk.web.application import build

_SHORTEST_TOKEN = 16
_CLOSING_SECONDS = 2  # streams of events would keep the server from ending


def serve(
    location: str,
    *,
    host: str,
    port: int,
    token: str | None,
    names: Iterable[str] = (),
    problems: Iterable[str] = (),
    say: Callable[[str], None],
) -> None:
    """Serve the view of a store until it is interrupted.

    Args:
        location: the store; it is created where there is none.
        host: the address to listen at; any but loopback asks for a token.
        port: 0 takes a free one.
        token: what visitors have to show.
        say: takes the line that tells the address.

    Raises:
        PassatkError: the address cannot be had, or is to be reached by others without a token.
        StoreError: the store cannot be used.
    """
    check_access(host, token)
    with _listening(host, port) as listening:
        store, read_only = _opened(location)
        with store:
            app = build(
                store,
                token=token,
                names=[*names, *_names(host, token)],
                problems_at=problems,
                read_only=read_only,
            )
            shown = f"[{host}]" if ":" in host else host
            say(f"http://{shown}:{listening.getsockname()[1]}/")
            config = uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,  # addresses name runs, and once the token
                server_header=False,
                timeout_graceful_shutdown=_CLOSING_SECONDS,
            )
            with contextlib.suppress(KeyboardInterrupt):  # how one ends it
                uvicorn.Server(config).run(sockets=[listening])


def check_access(host: str, token: str | None) -> None:
    """See that nobody but this machine can look without a token."""
    if token is not None and (len(token) < _SHORTEST_TOKEN or not token.isascii()):
        raise PassatkError(
            f"--token: {len(token)} characters can be guessed\n"
            f"  expected: at least {_SHORTEST_TOKEN} characters of ASCII\n"
            "  next: python -c 'import secrets; print(secrets.token_urlsafe())' makes one"
        )
    if token is None and not _is_loopback(host):
        raise PassatkError(
            f"--host {host}: others could read every run, and change them\n"
            "  expected: a token, where the view is to be reached from other machines\n"
            "  next: set PASSATK_TOKEN or --token to a long random text, or leave --host out"
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _names(host: str, token: str | None) -> list[str]:
    """What visitors may call this machine."""
    return [host] if token is None else [host, socket.gethostname(), socket.getfqdn()]


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        raise PassatkError(
            f"--host {host} --port {port}: cannot listen there\n"
            f"  found: {error}\n"
            "  next: another --port, or --port 0 for one that is free"
        ) from error
    with listening:
        yield listening


def _opened(location: str) -> tuple[Store, bool]:
    """The store, and whether it can only be read."""
    try:
        return open_store(location), False
    except StoreReadOnly:
        return open_store(location, read_only=True), True
