"""Steps back and forth through the setups of an animation. They are values, so a step is just the one before."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop_app.timeline.frame_desk import Setup

MOST = 500


@dataclass
class Past:
    """What was before, and what was undone.

    Attributes:
        now: the setup that holds.
    """

    now: Setup
    _before: list[Setup] = field(default_factory=list)
    _after: list[Setup] = field(default_factory=list)
    _token: str = ""

    @property
    def can_undo(self) -> bool:
        """True when there is a step back."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """True when there is a step forth."""
        return bool(self._after)

    def do(self, setup: Setup, token: str = "") -> bool:
        """Change to another setup; False when it is the same.

        Args:
            token: changes of the same token in a row (a number that is being turned) are one step.
        """
        if setup.alike(self.now):
            return False
        if not token or token != self._token:
            self._before = [*self._before[-MOST:], self.now]
        self._token, self._after, self.now = token, [], setup
        return True

    def rest(self) -> None:
        """What is changed next is a step of its own."""
        self._token = ""

    def undo(self) -> bool:
        """One step back; False when there is none."""
        return self._step(self._before, self._after)

    def redo(self) -> bool:
        """One step forth."""
        return self._step(self._after, self._before)

    def _step(self, source: list[Setup], target: list[Setup]) -> bool:
        if not source:
            return False
        target.append(self.now)
        self.now, self._token = source.pop(), ""
        return True
