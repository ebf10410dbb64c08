"""What a form sends, and the proof that it came from a page of this view.

Every form carries a token that is made from the visitor's session and a secret of this process. A
page of another site can neither read the one nor know the other.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import parse_qsl

from fastapi import Request

from passatk.errors import PassatkError

SESSION = "passatk_session"
FIELD = "csrf"
_MOST_BYTES = 128 * 1024
_SESSION_CHARACTERS = 43


class Forbidden(PassatkError):
    """A request that changes something does not prove that it came from this view."""


class Forms:
    """Tokens for forms; one object, and so one secret, a process."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def session(self, request: Request) -> str:
        """The visitor's session, or a new one for the answer to set."""
        found = request.cookies.get(SESSION, "")
        plausible = len(found) == _SESSION_CHARACTERS and found.isascii()
        return found if plausible else secrets.token_urlsafe(32)

    def token(self, session: str) -> str:
        return hmac.new(self._secret, session.encode(), hashlib.sha256).hexdigest()

    async def read(self, request: Request) -> dict[str, str]:
        """The fields of a form.

        Raises:
            Forbidden: the form does not carry the token of the visitor's session.
            PassatkError: it is too long.
        """
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_BYTES:
                raise PassatkError(f"the form is longer than {_MOST_BYTES:,} bytes")
        text = body.decode("utf-8", "replace")
        fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=50))
        session = request.cookies.get(SESSION, "")
        sent = fields.pop(FIELD, "")
        if not session or not hmac.compare_digest(sent.encode(), self.token(session).encode()):
            raise Forbidden(
                "the form does not come from a page of this view, or that page is too old\n"
                "  next: go back, reload the page, and send the form again"
            )
        return fields
