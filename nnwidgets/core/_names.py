"""The names of features and classes, as given or by default."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def check_feature_names(names: Sequence[str] | None, X: object, count: int) -> tuple[str, ...]:
    """Return ``count`` feature names: the given, else a DataFrame's columns, else x₁, x₂, ...

    Raises
    ------
    TypeError, ValueError
        If the given names are not strings, or not ``count`` of them.
    """
    if names is not None:
        return _check(names, "feature_names", count)
    columns = list(getattr(X, "columns", ()))
    if len(columns) == count and all(isinstance(column, str) for column in columns):
        return tuple(columns)
    return tuple(f"x{i}".translate(_SUBSCRIPTS) for i in range(1, count + 1))


def check_class_names(
    names: Sequence[str] | None, task: str, outputs: int
) -> tuple[str, ...] | None:
    """Return the given class names: two for one binary output, else one for each output.

    Raises
    ------
    TypeError, ValueError
        If they are not strings, or not as many as there are classes.
    """
    if names is None:
        return None
    classes = 2 if outputs == 1 else outputs
    return _check(names, "class_names", None if task == "regression" else classes)


def _check(names: object, argument: str, count: int | None) -> tuple[str, ...]:
    listed = list(names) if isinstance(names, Iterable) and not isinstance(names, str) else None
    if listed is None or not all(isinstance(name, str) for name in listed):
        raise TypeError(f"{argument} must be a list of str, got {names!r}")
    if count is not None and len(listed) != count:
        raise ValueError(f"{argument} must have {count} names, got {len(listed)}: {listed}")
    return tuple(listed)
