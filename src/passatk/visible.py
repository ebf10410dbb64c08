"""Other people's text, made safe to look at."""

from __future__ import annotations


def visible(text: str) -> str:
    """The text with control characters and lone surrogates as escapes; line ends and tabs stay.

    Nothing that a program, a file or a problem holds can then move the cursor, change colours or
    hide a part of what is shown.
    """
    return "".join(
        c
        if c in "\n\t" or (c.isprintable() and not "\ud800" <= c <= "\udfff")
        else c.encode("unicode_escape").decode("ascii")
        for c in text
    )
