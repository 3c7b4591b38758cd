"""Interviews in memory: for the depth preview and for tests. Nothing of it outlives the process."""

from __future__ import annotations

from bot.interview import Interview, Plan
from bot.turn import Turn
from knowledge.errors import NotFound, StaleInterview


class MemoryRecords:
    """Interviews in a dictionary. Satisfies `bot.ports.Records`."""

    def __init__(self) -> None:
        self._interviews: dict[str, Interview] = {}

    def create(self, plan: Plan) -> Interview:
        """A new interview. Ids count up, so that whatever is derived from them can be repeated."""
        interview = Interview(id=f"memory-{len(self._interviews)}", plan=plan)
        self._interviews[interview.id] = interview
        return interview

    def append(self, interview: Interview, turn: Turn) -> Interview:
        """`interview` with `turn` behind its last one. Raises StaleInterview, NotFound."""
        if len(self.load(interview.id).turns) != len(interview.turns):
            raise StaleInterview("This interview was continued somewhere else.")
        self._interviews[interview.id] = interview.with_turn(turn)
        return self._interviews[interview.id]

    def load(self, interview_id: str) -> Interview:
        """The interview as last stored. Raises NotFound."""
        if interview_id not in self._interviews:
            raise NotFound(f"There is no interview {interview_id!r} here.")
        return self._interviews[interview_id]
