"""One module a format: how to recognise it, and how to read it."""
