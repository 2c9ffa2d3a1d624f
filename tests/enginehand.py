"""What tests do with an engine: the pictures of a request, or the only one."""

from __future__ import annotations

from inference.api import Engine, Picture, Request


def pictures(engine: Engine, request: Request) -> list[Picture]:
    return [event for event in engine.run(request) if isinstance(event, Picture)]


def one(engine: Engine, request: Request) -> Picture:
    (picture,) = pictures(engine, request)
    return picture
