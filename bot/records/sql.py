"""The append-only record of interviews in SQL: SQLite by default, any database SQLAlchemy knows by its URL."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError

from bot.interview import Interview, Plan
from bot.turn import Turn
from bot.usage import Usage
from knowledge.errors import NotFound, StaleInterview

_METADATA = MetaData()
_INTERVIEWS = Table(
    "interviews",
    _METADATA,
    Column("id", String(32), primary_key=True),
    Column("started", DateTime(timezone=True), nullable=False),
    Column("plan", Text, nullable=False),
)
_TURNS = Table(
    "turns",
    _METADATA,
    # The pair is the primary key, so that of two writers of the same turn number one is refused by the database.
    Column("interview_id", String(32), ForeignKey("interviews.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("turn", Text, nullable=False),
)
_CALLS = Table(
    "calls",
    _METADATA,
    # Calls to a language model, for the caps of a day; no text of theirs, and not whose interview they were for.
    Column("number", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Column("calls", Integer, nullable=False),
    Column("input_tokens", Integer, nullable=False),
    Column("cached_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("cost", Float),
)
_TURN: TypeAdapter[Turn] = TypeAdapter(Turn)


@dataclass(frozen=True)
class Summary:
    """One interview in a list: when it began, its first question, how many messages it has and whether it is over."""

    id: str
    started: datetime
    question: str
    answers: int
    closed: bool


class SqlRecords:
    """Interviews in a database. Satisfies `bot.ports.Records`.

    Args:
        url: an SQLAlchemy database URL.
        clock: tells the time of each turn; for tests.
    """

    def __init__(self, url: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = create_engine(url)
        self._clock = clock
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _durable)
        _METADATA.create_all(self._engine)

    def create(self, plan: Plan) -> Interview:
        """A new interview, stored. Its id has 128 random bits."""
        interview = Interview(id=secrets.token_hex(16), plan=plan)
        row = {"id": interview.id, "started": self._clock(), "plan": plan.model_dump_json()}
        with self._engine.begin() as connection:
            connection.execute(insert(_INTERVIEWS), row)
        return interview

    def append(self, interview: Interview, turn: Turn) -> Interview:
        """`interview` with `turn` behind its last one, on disk when this returns. Raises StaleInterview, NotFound."""
        row = {
            "interview_id": interview.id,
            "number": len(interview.turns),
            "at": self._clock(),
            "turn": turn.model_dump_json(),
        }
        try:
            with self._engine.begin() as connection:
                _require(connection, interview.id)
                connection.execute(insert(_TURNS), row)
        except IntegrityError:
            raise StaleInterview(
                "This interview was continued somewhere else, perhaps in another tab. Nothing was overwritten; "
                "reload to go on from there."
            ) from None
        return interview.with_turn(turn)

    def load(self, interview_id: str) -> Interview:
        """The interview as last stored. Raises NotFound."""
        with self._engine.connect() as connection:
            plan = connection.execute(select(_INTERVIEWS.c.plan).where(_INTERVIEWS.c.id == interview_id)).scalar()
            if plan is None:
                raise _not_found(interview_id)
            query = select(_TURNS.c.turn).where(_TURNS.c.interview_id == interview_id).order_by(_TURNS.c.number)
            turns = tuple(_TURN.validate_json(text) for text in connection.execute(query).scalars())
        return Interview(id=interview_id, plan=Plan.model_validate_json(plan), turns=turns)

    def recent(self, most: int = 20) -> list[Summary]:
        """The interviews that began last, newest first."""
        with self._engine.connect() as connection:
            query = select(_INTERVIEWS.c.id, _INTERVIEWS.c.started).order_by(_INTERVIEWS.c.started.desc()).limit(most)
            rows = connection.execute(query).all()
        return [_summary(self.load(row.id), row.started) for row in rows]

    def count(self) -> int:
        """How many interviews there are."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(_INTERVIEWS)).scalar_one()

    def remove(self, interview_id: str) -> None:
        """Forget an interview and every turn of it, on disk too. Raises NotFound."""
        with self._engine.begin() as connection:
            _require(connection, interview_id)
            connection.execute(delete(_TURNS).where(_TURNS.c.interview_id == interview_id))
            connection.execute(delete(_INTERVIEWS).where(_INTERVIEWS.c.id == interview_id))
        if self._engine.dialect.name == "sqlite":
            # The write-ahead log would keep the text until its next checkpoint.
            with self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def note_calls(self, usage: Usage) -> None:
        """Keep what calls to a language model used."""
        with self._engine.begin() as connection:
            connection.execute(insert(_CALLS), {"at": self._clock(), **usage.model_dump(exclude={"model"})})

    def used_today(self) -> Usage:
        """What all calls since midnight, by this machine's clock, used."""
        midnight = self._clock().astimezone().replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
        tokens = (_CALLS.c.input_tokens, _CALLS.c.cached_tokens, _CALLS.c.output_tokens)
        unpriced = func.count().filter(_CALLS.c.cost.is_(None))
        sums = [func.sum(column) for column in (_CALLS.c.calls, *tokens, _CALLS.c.seconds, _CALLS.c.cost)]
        with self._engine.connect() as connection:
            row = tuple(connection.execute(select(*sums, unpriced).where(_CALLS.c.at >= midnight)).one())
        calls, sent, cached, out, seconds, cost, without_price = row
        return Usage(
            calls=calls or 0,
            input_tokens=sent or 0,
            cached_tokens=cached or 0,
            output_tokens=out or 0,
            seconds=seconds or 0.0,
            cost=None if without_price else cost or 0.0,
        )

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def _require(connection: Connection, interview_id: str) -> None:
    if connection.execute(select(_INTERVIEWS.c.id).where(_INTERVIEWS.c.id == interview_id)).first() is None:
        raise _not_found(interview_id)


def _not_found(interview_id: str) -> NotFound:
    return NotFound(f"There is no interview {interview_id!r} here. `greenroom resume` lists those that there are.")


def _summary(interview: Interview, started: datetime) -> Summary:
    answers = sum(len(interview.exchanges(number)) for number in range(len(interview.plan.cards)))
    return Summary(interview.id, started, interview.card.question, answers, interview.closed)


def _durable(connection: Any, _record: Any) -> None:
    """SQLite as a record keeper: a commit is on the disk when it returns, and what is deleted is overwritten."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
