"""Running programs under limits, and judging them where they cannot reach.

This room knows no statistics and no store: problems and programs in, verdicts out.
"""
