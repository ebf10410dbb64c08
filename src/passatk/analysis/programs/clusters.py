"""Which attempts at a problem are copies or variants of each other, from strict to loose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from passatk.analysis.programs.neighbours import links
from passatk.analysis.programs.normal import Form, normal_form

Labels = NDArray[np.int64]
"""The cluster of each attempt, numbered from 0 by first appearance."""

TEXT, NORMAL, SHAPE = "text", "normal form", "shape"
THRESHOLDS = (0.9, 0.8, 0.7, 0.6, 0.5)
"""Jaccard similarities of fingerprints from which programs are linked."""


def threshold_level(threshold: float) -> str:
    """The name of the level at which programs of that similarity are linked."""
    return f"similarity {threshold:g}"


LEVELS = (TEXT, NORMAL, SHAPE, *map(threshold_level, THRESHOLDS))
APPROACH = threshold_level(0.6)
"""What is called an approach where one level has to be chosen."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """The attempts at a problem, clustered at every level.

    Attributes:
        labels: by level, the cluster of each of a attempts, shape (a,).
        forms: the distinct normal forms, by their label at ``NORMAL``.
        readings: how many attempts could be read how.
    """

    labels: Mapping[str, Labels]
    forms: tuple[Form, ...]
    readings: Mapping[str, int]


def cluster_programs(programs: Sequence[str], language: str = "python") -> Clusters:
    """Cluster programs by text, normal form, shape, and similarity.

    Identical texts have one normal form, and identical normal forms one shape and one set of
    fingerprints; only distinct ones are looked at again. At a similarity, programs are in one
    cluster if a chain of links joins them (single linkage).

    Args:
        programs: of the attempts at one problem, at least one, any texts.
        language: as for :func:`normal_form`.

    Raises:
        MissingExtra: tree-sitter is not installed.
    """
    texts: dict[str, int] = {}
    by_text = np.array([texts.setdefault(each, len(texts)) for each in programs], dtype=np.int64)
    forms = [normal_form(each, language) for each in texts]
    readings = Counter(forms[label].reading for label in by_text)
    normals: dict[bytes, int] = {}
    of_text = np.array(
        [normals.setdefault(each.normal, len(normals)) for each in forms], dtype=np.int64
    )
    firsts = np.unique(of_text, return_index=True)[1]
    distinct = tuple(forms[i] for i in firsts)
    by_normal = of_text[by_text]
    shapes: dict[bytes, int] = {}
    of_normal = np.array(
        [shapes.setdefault(each.shape, len(shapes)) for each in distinct], dtype=np.int64
    )
    labels = {TEXT: by_text, NORMAL: by_normal, SHAPE: of_normal[by_normal]}
    for threshold, components in _by_similarity(distinct).items():
        labels[threshold_level(threshold)] = components[by_normal]
    return Clusters(labels, distinct, dict(readings))


def _by_similarity(forms: Sequence[Form]) -> dict[float, Labels]:
    """The component of each distinct form at each threshold."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    found = links([each.prints for each in forms], min(THRESHOLDS))
    shape = (len(forms), len(forms))
    components = {}
    for threshold in THRESHOLDS:
        near = found.similarity >= threshold
        graph = coo_array(
            (np.ones(int(near.sum())), (found.first[near], found.second[near])), shape=shape
        )
        labels = connected_components(graph, directed=False)[1]
        components[threshold] = numbered(labels)
    return components


def numbered(labels: NDArray[Any]) -> Labels:
    """The same clusters, numbered by first appearance."""
    _, first, index = np.unique(labels, return_index=True, return_inverse=True)
    place = np.empty(len(first), dtype=np.int64)
    place[np.argsort(first)] = np.arange(len(first))
    return place[index.ravel()]
