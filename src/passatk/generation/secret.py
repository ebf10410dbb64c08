"""A key that is neither kept nor shown, whatever a server does with it."""

from __future__ import annotations

import json
from dataclasses import replace

from passatk.generation.model import Completion

_SHORTEST = 8  # a key shorter than this is a placeholder, which may occur in any text
_INSTEAD = "[key]"


class Secret:
    """Takes a key out of what comes from elsewhere."""

    def __init__(self, key: str | None) -> None:
        forms: set[str] = set()
        if key and len(key) >= _SHORTEST:
            # As it is, and as JSON may write it.
            forms = {key, key.replace("/", r"\/"), json.dumps(key)[1:-1]}
        self._forms = sorted(forms, key=len, reverse=True)

    def out_of(self, text: str) -> str:
        for form in self._forms:
            text = text.replace(form, _INSTEAD)
        return text

    def out_of_bytes(self, body: bytes) -> bytes:
        for form in self._forms:
            body = body.replace(form.encode(), _INSTEAD.encode())
        return body

    def out_of_completion(self, completion: Completion) -> Completion:
        """Also where only reading the JSON shows the key, such as behind ``\\u`` escapes."""
        known = (completion.text, completion.finish_reason or "", completion.note or "")
        if not any(form in text for form in self._forms for text in known):
            return completion
        text, reason, note = map(self.out_of, known)
        return replace(completion, text=text, finish_reason=reason or None, note=note or None)
