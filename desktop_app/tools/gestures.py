"""Several edits as one step, or none when one of them cannot be."""

from __future__ import annotations

from collections.abc import Callable

from desktop_app.session import Session


def one_step(session: Session, work: Callable[[Session], object], *, label: str) -> None:
    """Do what ``work`` does as one step; what it did before it failed is undone."""
    session.begin(label)
    try:
        work(session)
    except Exception:
        session.cancel()
        raise
    session.commit()
