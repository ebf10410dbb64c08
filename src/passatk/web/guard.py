"""Who may ask, and under which headers every answer goes out.

* Host has to be a name of this view: a page elsewhere could otherwise have its own name resolve to
  this machine and read what it likes (DNS rebinding).
* What changes something has to come from this view's own origin.
* With a token, nothing but its log-in is answered without it.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # (not no-referrer: browsers would then not say which origin a form comes from)
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
TOKEN_COOKIE = "passatk_token"
_SAFE = {"GET", "HEAD", "OPTIONS"}
_REFUSED = "passatk serve: "


class Guard:
    """The outermost layer of the application.

    Args:
        names: host names that the view goes by, beside loopback and addresses in numbers. An
            address cannot be made to point elsewhere, so any is good where a token is asked for.
        token: what a visitor has to show; None on loopback alone.
    """

    def __init__(self, app: ASGIApp, names: Iterable[str] = (), token: str | None = None) -> None:
        self._app = app
        self._names = {"localhost", *(each.lower() for each in names)}
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                static = scope["path"].startswith("/static/")
                headers.setdefault("Cache-Control", "no-cache" if static else "no-store")
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if len(headers.getlist("host")) != 1 or not self._known(host):
            return _refuse(
                421,
                "this view does not go by the name in the address\n  next: open it "
                "by the address that passatk serve printed, or add --allow-host NAME",
            )
        if scope["method"] not in _SAFE and not _own_origin(headers, host):
            return _refuse(403, "a request from another site that would change something")
        if self._token is None:
            return None
        return self._log_in(scope, headers, self._token)

    def _known(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in self._names:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return address.is_loopback or self._token is not None

    def _log_in(self, scope: Scope, headers: Headers, token: str) -> Response | None:
        """None where the visitor has shown the token."""
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = [value for name, value in query if name == "token"]
        if given and scope["method"] in _SAFE and _same(given[0], token):
            # The token goes out of the address, which people copy, and into a cookie.
            rest = urlencode([each for each in query if each[0] != "token"])
            path = "/" + scope["path"].lstrip("/")  # never another host's
            target = RedirectResponse(f"{path}?{rest}" if rest else path, status_code=303)
            target.set_cookie(
                TOKEN_COOKIE,
                cookie_of(token),
                httponly=True,
                samesite="lax",
                secure=scope["scheme"] == "https",
            )
            return target
        scheme, _, shown = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and _same(shown.strip(), token):
            return None
        if _same(_cookie(headers), cookie_of(token)):
            return None
        refusal = _refuse(
            401,
            "this view asks for a token\n  next: open it once with ?token=TOKEN "
            "in the address, or send Authorization: Bearer TOKEN",
        )
        refusal.headers["WWW-Authenticate"] = "Bearer"
        return refusal


def cookie_of(token: str) -> str:
    """What the cookie holds: enough to know the token by, and not the token."""
    return hashlib.sha256(b"passatk serve\0" + token.encode()).hexdigest()


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _cookie(headers: Headers) -> str:
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookies[TOKEN_COOKIE].value if TOKEN_COOKIE in cookies else ""


def _own_origin(headers: Headers, host: str) -> bool:
    """Whether a request was made by a page of this view, or by no page at all."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False


def _refuse(status: int, words: str) -> Response:
    return PlainTextResponse(f"{_REFUSED}{words}\n", status_code=status)
