"""The one place that checks arguments and counts; every message echoes what it found."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from numbers import Real
from typing import Any, Literal, TypeGuard, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from passatk.errors import DataError, PassatkError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

Policy = Literal["raise", "drop", "fail"]
"""What becomes of a problem with fewer than k attempts: an error, left out, or failures added."""
POLICIES: tuple[Policy, ...] = get_args(Policy)
EstimatePolicy = Policy | Literal["model"]
"""Estimates of a whole run may also take what all problems say about those with too few."""
ESTIMATE_POLICIES: tuple[EstimatePolicy, ...] = (*POLICIES, "model")

# Products of two counts stay within int64.
_MOST_ATTEMPTS = 2**31 - 1
# How many problems an error names.
_SHOWN = 5


def check_counts(
    n: ArrayLike, c: ArrayLike, names: Sequence[str] | None = None
) -> tuple[IntArray, IntArray]:
    """Attempts and passes as fresh int64 arrays of their common shape, with 0 <= c <= n, n >= 1.

    Raises:
        DataError: NaN, fractions, anything that is not a number, shapes that do not broadcast,
            n < 1, or c outside 0..n. ``names`` (of problems) tell where.
    """
    whole_n, whole_c = check_whole(n, "n", names), check_whole(c, "c", names)
    try:
        wide_n, wide_c = np.broadcast_arrays(whole_n, whole_c)
    except ValueError as error:
        raise DataError(
            "n and c do not belong together",
            expected="one c for each n, or shapes that broadcast",
            found=f"n of shape {whole_n.shape}, c of shape {whole_c.shape}",
        ) from error
    _refuse(
        (wide_n < 1) | (wide_n > _MOST_ATTEMPTS),
        lambda at, where: DataError(
            f"n must satisfy 1 <= n <= {_MOST_ATTEMPTS}{where}",
            field="n",
            expected="the number of attempts",
            found=f"n={wide_n[at]}",
            hint="leave out problems without attempts",
        ),
        _named(names),
    )
    _refuse(
        (wide_c < 0) | (wide_c > wide_n),
        lambda at, where: DataError(
            f"c must satisfy 0 <= c <= n{where}",
            field="c",
            expected=f"0 <= c <= {wide_n[at]}",
            found=f"c={wide_c[at]}, n={wide_n[at]}",
            hint="n counts all attempts of a problem, c those that passed",
        ),
        _named(names),
    )
    return wide_n.copy(), wide_c.copy()


def check_whole(values: ArrayLike, field: str, names: Sequence[str] | None = None) -> IntArray:
    """Whole numbers as a fresh int64 array; floats without a fraction will do."""
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise DataError(
            f"{field} is not an array", field=field, expected="rows of the same length"
        ) from error
    if array.dtype.kind in "biu":
        # The largest unsigned numbers have no place in int64, and are too large for any count.
        array = np.minimum(array, np.iinfo(np.int64).max) if array.dtype == np.uint64 else array
        return array.astype(np.int64)
    if array.dtype.kind != "f":
        raise DataError(
            f"{field} does not hold numbers",
            field=field,
            expected="integers",
            found=f"dtype {array.dtype}",
        )
    _refuse(
        # From 2^53 on, neighbouring integers share one float.
        ~(np.abs(array) < 2**53) | (array != np.floor(array)),
        lambda at, where: DataError(
            f"{field} is not a whole number{where}",
            field=field,
            expected="an integer",
            found=f"{field}={array[at]}",
        ),
        _named(names),
    )
    return array.astype(np.int64)


def check_names(problems: Iterable[object], count: int) -> tuple[str, ...]:
    """``count`` different names of problems."""
    names = check_labels("problems", problems, count)
    if len(set(names)) < len(names):
        name, times = Counter(names).most_common(1)[0]
        raise DataError(
            f"problem {name!r} comes {times} times",
            field="problems",
            expected="each problem once",
        )
    return names


def check_labels(field: str, labels: Iterable[object], count: int) -> tuple[str, ...]:
    """``count`` labels as text; None and NaN are not labels."""
    values = list(labels)
    check_length(field, values, count)
    for i, value in enumerate(values):
        if value is None or (isinstance(value, float) and value != value):
            raise DataError(
                f"missing label at index {i}", field=field, expected="a name", found=repr(value)
            )
    return tuple(map(str, values))


def check_length(field: str, values: Sequence[Any] | np.ndarray[Any, Any], count: int) -> None:
    """Refuse a sequence that does not have ``count`` values."""
    if len(values) != count:
        raise DataError(
            f"{field} do not match the rest",
            field=field,
            expected=f"{count} values",
            found=f"{len(values)} values",
        )


def several(k: int | Sequence[int]) -> TypeGuard[Sequence[int]]:
    """Whether k is a sequence or vector rather than one number."""
    return isinstance(k, Sequence) or (isinstance(k, np.ndarray) and k.ndim > 0)


def check_k(k: int | Sequence[int]) -> IntArray:
    """One or several k as a vector of integers >= 1.

    Raises:
        PassatkError: no k at all, a k that is not an integer (2.0 is not one), or k < 1.
    """
    values: Sequence[Any] = k if several(k) else (k,)
    wanted: list[int] = []
    for value in values:
        if isinstance(value, (bool, np.bool_)):
            raise PassatkError(f"k must be an integer; got k={value!r}")
        try:
            wanted.append(operator.index(value))
        except TypeError as error:
            raise PassatkError(f"k must be an integer; got k={value!r}") from error
        if not 1 <= wanted[-1] <= _MOST_ATTEMPTS:
            limit = "k >= 1" if wanted[-1] < 1 else f"1 <= k <= {_MOST_ATTEMPTS}"
            raise PassatkError(f"k must satisfy {limit}; got k={wanted[-1]}")
    if not wanted:
        raise PassatkError("k must name at least one number of attempts; got none")
    return np.array(wanted, dtype=np.int64)


def check_one_k(k: int) -> int:
    """The k of a function that answers for a single one.

    Raises:
        PassatkError: as :func:`check_k`, and for several.
    """
    (one, *others) = check_k(k).tolist()
    if others or several(k):
        raise PassatkError(
            f"k must be a single integer; got k={k!r}\n  next: ask for one at a time"
        )
    return int(one)


def check_enough_attempts(n: IntArray, k: IntArray, names: Sequence[str] | None = None) -> None:
    """Refuse a k that is larger than n somewhere, and say for which problems."""
    largest = int(k.max())
    short = n < largest
    if not short.any():
        return
    smallest = int(n.min())
    limit = f"n={smallest}" if n.max() == smallest else f"smallest n={smallest}"
    message = f"k must satisfy 1 <= k <= n ({limit}); got k={largest}"
    if n.ndim:
        places = [tuple(map(int, at)) for at in np.argwhere(short)[:_SHOWN]]
        shown = ", ".join(f"{_name(at, names)} (n={n[at]})" for at in places)
        count = int(short.sum())
        more = f" and {count - len(places)} more" if count > len(places) else ""
        message += f": {count} of {n.size} problems have fewer attempts: {shown}{more}"
    raise DataError(
        message,
        field="k",
        hint=f"ask for k <= {smallest}, add attempts, or choose a policy: 'drop' leaves these "
        "problems out, 'fail' counts the missing attempts as failures",
    )


def check_level(level: float) -> None:
    """Refuse a confidence level that is not strictly between 0 and 1."""
    if not (isinstance(level, Real) and 0.0 < level < 1.0):
        percent = isinstance(level, Real) and 1.0 < level < 100.0
        hint = f"\n  next: for {level:g} % say {level / 100:g}" if percent else ""
        raise PassatkError(f"level must satisfy 0 < level < 1; got level={level!r}{hint}")


def check_choice(what: str, value: str, choices: Collection[str]) -> None:
    """Refuse a ``value`` that is not one of ``choices``."""
    if value not in choices:
        raise PassatkError(f"{what} must be one of {', '.join(choices)}; got {what}={value!r}")


def check_weights(weights: ArrayLike, names: Sequence[str]) -> FloatArray:
    """One positive finite weight for each problem; their sum does not matter."""
    try:
        values = np.array(weights, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(
            "weights are not numbers", field="weights", expected="one number for each problem"
        ) from error
    _refuse(
        ~(np.isfinite(values) & (values > 0)),
        lambda at, where: DataError(
            f"unusable weight{where}",
            field="weights",
            expected="a positive finite number",
            found=f"{values[at]}",
            hint="leave out problems that shall not count",
        ),
        _named(names),
    )
    return values


def check_passed(values: Any, place: Callable[[int], str]) -> BoolArray:
    """Results as booleans: True, False, 1, 0, 1.0 or 0.0, and nothing else.

    ``place(i)`` words the place of the i-th value for the message.
    """
    array = np.asarray(values)
    if array.dtype.kind in "biuf":
        wrong = (array != 0) & (array != 1)
    else:
        numbers = (bool, int, float, np.bool_, np.number)
        wrong = np.array([not (isinstance(v, numbers) and v in (0, 1)) for v in array], dtype=bool)
    _refuse(
        wrong,
        lambda at, where: DataError(
            f"neither passed nor failed{where}",
            field="passed",
            expected="True or False, 1 or 0",
            found=repr(array[at].item() if isinstance(array[at], np.generic) else array[at]),
            hint="leave out attempts that were not judged; graded scores are not pass or fail: "
            "passing=1.0 says from which score on an attempt counts as passed",
        ),
        lambda at: place(at[0]),
    )
    return array.astype(np.bool_)


def check_scores(
    values: Any, bounds: tuple[float, float], place: Callable[[int], str]
) -> FloatArray:
    """Graded results as floats within bounds; ``place(i)`` words the place of the i-th."""
    low, high = bounds
    if not low < high:
        raise PassatkError(f"bounds must satisfy low < high; got bounds={bounds}")
    try:
        scores = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError("scores are not numbers", field="scores", expected="numbers") from error
    _refuse(
        ~((scores >= low) & (scores <= high)),
        lambda at, where: DataError(
            f"unusable score{where}",
            field="scores",
            expected=f"{low:g} <= score <= {high:g}",
            found=f"{scores[at]}",
            hint="bounds=(low, high) says in what range scores can lie",
        ),
        lambda at: place(at[0]),
    )
    return scores


def _refuse(
    wrong: BoolArray,
    error: Callable[[tuple[int, ...], str], DataError],
    name: Callable[[tuple[int, ...]], str],
) -> None:
    """Raise an error if ``wrong`` holds anywhere.

    Args:
        error: makes it, of the first place and of words for all of them.
        name: words a place.
    """
    if not wrong.any():
        return
    places = [tuple(map(int, at)) for at in np.argwhere(wrong)[: _SHOWN + 1]]
    words = f" at {name(places[0])}" if places[0] else ""
    if len(places) > 1:
        others = ", ".join(name(at) for at in places[1:_SHOWN])
        further = ", ..." if len(places) > _SHOWN else ""
        words += f" and {int(wrong.sum()) - 1} more ({others}{further})"
    raise error(places[0], words)


def _named(names: Sequence[str] | None) -> Callable[[tuple[int, ...]], str]:
    return lambda at: _name(at, names)


def _name(at: tuple[int, ...], names: Sequence[str] | None) -> str:
    if names is not None:
        return f"problem {names[at[0]]!r}"
    return f"index {at[0]}" if len(at) == 1 else f"index {at}"
