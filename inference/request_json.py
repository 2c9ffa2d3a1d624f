"""Requests as JSON and back, with their pictures in files beside it. It follows the fields' types, so that a field that
is new in ``inference.api`` needs nothing here.
"""

from __future__ import annotations

import dataclasses
import enum
import types
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from inference import api
from inference.api import Request
from inference.errors import BadRequest
from inference.post.chain import Chain

Put = Callable[[np.ndarray], str]
"""Keeps an array of bytes, (height, width) or (height, width, 3 or 4), and returns the name to find it by."""
Get = Callable[[str], np.ndarray]

_TYPE = "type"
_HINT = "It was made by a newer Gouache, or is damaged."


def request_as_json(request: Request, put: Put) -> dict[str, Any]:
    """All fields that are not at their defaults, and the request's kind under "type"."""
    return _encoded_fields(request, put)


def request_from_json(value: Any, get: Get) -> Request:
    """Read back what ``request_as_json`` wrote.

    Raises:
        BadRequest: when it is no request, or holds what this version does not know.
    """
    try:
        kind = _request_kind(value[_TYPE])
        return typing.cast(Request, _decoded_fields(kind, value, get))
    except BadRequest:
        raise
    except (TypeError, ValueError, LookupError, AttributeError, RecursionError, OverflowError) as error:
        raise BadRequest("The recipe of the board cannot be read.", hint=_HINT, detail=repr(error)) from error


def _request_kind(name: Any) -> type[Request]:
    kind = getattr(api, name) if isinstance(name, str) else None
    if not (isinstance(kind, type) and issubclass(kind, Request)):
        raise BadRequest(f"There is no request of the kind '{name}'.", hint=_HINT)
    return kind


def _encoded_fields(value: Any, put: Put) -> dict[str, Any]:
    out: dict[str, Any] = {_TYPE: type(value).__name__}
    for each in dataclasses.fields(value):
        own = getattr(value, each.name)
        usual = each.default is not dataclasses.MISSING and not isinstance(own, np.ndarray) and own == each.default
        if each.init and not usual:
            out[each.name] = _encoded(own, put)
    return out


def _encoded(value: Any, put: Put) -> Any:
    match value:
        case np.ndarray():
            return put(value)
        case enum.Enum():
            return value.value
        case tuple() | list():
            return [_encoded(each, put) for each in value]
        case Path():
            return str(value)
        case Chain():
            return value.as_json()
        case Mapping():
            return {str(key): _encoded(each, put) for key, each in value.items()}
        case _ if dataclasses.is_dataclass(value):
            return _encoded_fields(value, put)
        case None | bool() | int() | float() | str():
            return value
        case _:
            raise TypeError(f"{type(value).__name__} cannot be kept")


def _decoded_fields(kind: type, value: Mapping[str, Any], get: Get) -> Any:
    hints = typing.get_type_hints(kind)
    known = {each.name for each in dataclasses.fields(kind) if each.init}
    unknown = value.keys() - known - {_TYPE}
    if unknown:
        raise BadRequest(f"The board's recipe holds '{sorted(unknown)[0]}', which is not known.", hint=_HINT)
    return kind(**{name: _decoded(hints[name], value[name], get) for name in value.keys() & known})


def _decoded(hint: Any, value: Any, get: Get) -> Any:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _decoded_choice(inner, value, get)
    if hint is Any:
        return value
    if hint is np.ndarray or origin is np.ndarray:
        return get(value)
    if origin is tuple:
        kinds = [inner[0]] * len(value) if inner[1:] == (...,) else inner
        return tuple(_decoded(kind, each, get) for kind, each in zip(kinds, value, strict=True))
    if origin in (dict, Mapping) or getattr(origin, "__name__", "") == "Mapping":
        return {key: _decoded(inner[1], each, get) for key, each in value.items()}
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return hint(value)
    if hint is Chain:
        return Chain.from_json(value)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _decoded_fields(_request_kind(value[_TYPE]) if issubclass(hint, Request) else hint, value, get)
    if isinstance(hint, type) and issubclass(hint, Path):
        return Path(value)
    return _plain(hint, value)


def _plain(hint: Any, value: Any) -> Any:
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise TypeError(f"{value!r} is no {hint.__name__}")
    return value


def _decoded_choice(kinds: tuple[Any, ...], value: Any, get: Get) -> Any:
    """Of several kinds the one that is named, else the first that fits."""
    if value is None and type(None) in kinds:
        return None
    if isinstance(value, Mapping) and _TYPE in value:
        kinds = tuple(kind for kind in kinds if getattr(kind, "__name__", "") == value[_TYPE]) or kinds
    failure: Exception = TypeError(f"{value!r} fits nothing")
    for kind in kinds:
        if kind is type(None):
            continue
        try:
            return _decoded(kind, value, get)
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            failure = error
    raise failure
