"""passatk serve: the live view of the store in a browser."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from passatk.cli import options
from passatk.cli.output import message
from passatk.errors import MissingExtra


def serve(
    *,
    host: str = "127.0.0.1",
    port: Annotated[int, Parameter(validator=Number(gte=0, lte=65535))] = 8200,
    token: Annotated[str | None, Parameter(env_var="PASSATK_TOKEN")] = None,
    allow_host: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    problems: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Show the store in a browser, live while runs are judged, until it is interrupted.

    Parameters
    ----------
    host
        The address to listen at. Any but this machine's own asks for a token.
    port
        The port to listen at; 0 takes a free one.
    token
        What visitors have to show: once as ?token=TOKEN in the address.
    allow_host
        A further name that visitors know this machine by.
    problems
        Problems for judging attempts again, where a run's manifest does not say where they are.
    """
    try:
        from passatk.web.serving import serve as start
    except ModuleNotFoundError as error:
        if error.name not in ("fastapi", "jinja2", "markupsafe", "pydantic", "pygments", "uvicorn"):
            raise
        raise MissingExtra("passatk serve", "web") from error

    def say(address: str) -> None:
        entry = f"{address}?token=..." if token else address
        message(f"showing {store.removeprefix('sqlite:///')} at {entry} (Ctrl-C ends it)")

    start(store, host=host, port=port, token=token, names=allow_host, problems=problems, say=say)
