"""Programs compared without being run: normal forms, fingerprints, clusters.

    languages     which node kinds of a grammar mean what; one row a language
    normal        from a text to its normal form, shape and tokens
    fingerprints  winnowed k-grams of tokens, and how alike two programs are by them
    clusters      which attempts at a problem are copies or variants of each other

Parsing is tree-sitter's, which takes any bytes and never runs them. It comes with the extra
``analysis``; without it every function here raises ``MissingExtra``.
"""

from passatk.analysis.programs.clusters import (
    APPROACH,
    LEVELS,
    NORMAL,
    SHAPE,
    TEXT,
    THRESHOLDS,
    Clusters,
    cluster_programs,
)
from passatk.analysis.programs.fingerprints import similarities
from passatk.analysis.programs.normal import Form, Reading, normal_form

__all__ = [
    "APPROACH",
    "LEVELS",
    "NORMAL",
    "SHAPE",
    "TEXT",
    "THRESHOLDS",
    "Clusters",
    "Form",
    "Reading",
    "cluster_programs",
    "normal_form",
    "similarities",
]
