"""The tables of a gradebook, and how those of an early one are brought up to date."""

from __future__ import annotations

import sqlalchemy as sa

#: What a book says of itself; a later form of the tables gets a higher number.
FORMAT = "2"
#: A form without the answers that decisions are on, which is brought up to date when it is opened.
FORMER_FORMAT = "1"

#: All tables.
METADATA = sa.MetaData()
#: A text that is sorted by its code points, whatever language the database is in.
_ORDERED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

SETTINGS = sa.Table(
    "settings",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
QUIZZES = sa.Table(
    "quizzes",
    METADATA,
    sa.Column("quiz", sa.Text, primary_key=True),
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("questions", sa.Text, nullable=False),
)
SITTINGS = sa.Table(
    "sittings",
    METADATA,
    sa.Column("quiz", sa.Text, primary_key=True),
    sa.Column("student", _ORDERED, primary_key=True),
    sa.Column("folded", _ORDERED, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("attempts", sa.Text, nullable=False),
    sa.Index("sittings_in_order", "quiz", "folded", "student"),
)
MARKS = sa.Table(
    "marks",
    METADATA,
    sa.Column("quiz", sa.Text, primary_key=True),
    sa.Column("student", _ORDERED, primary_key=True),
    sa.Column("question", _ORDERED, primary_key=True),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("points", sa.Text, nullable=False),
    sa.Column("mark", sa.Text, nullable=False),
)
DECISIONS = sa.Table(
    "decisions",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("quiz", sa.Text, nullable=False),
    sa.Column("student", sa.Text, nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("points", sa.Text, nullable=False),
    sa.Column("because", sa.Text, nullable=False),
    sa.Column("decider", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("answer", sa.Text),
)
#: What students have written on the web and not handed in yet.
DRAFTS = sa.Table(
    "drafts",
    METADATA,
    sa.Column("quiz", sa.Text, primary_key=True),
    sa.Column("student", _ORDERED, primary_key=True),
    sa.Column("answers", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
)
#: Links that sign somebody in once; what stands in a link is not kept, only its hash.
LINKS = sa.Table(
    "links",
    METADATA,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("teacher", sa.Boolean, nullable=False),
    sa.Column("until", sa.Text, nullable=False),
    sa.Column("used", sa.Text),
)


def add_answers(connection: sa.Connection) -> None:
    """Give the decisions of an early book a column for their answers."""
    connection.execute(sa.text("ALTER TABLE decisions ADD COLUMN answer TEXT"))
    connection.execute(sa.update(SETTINGS).where(SETTINGS.c.name == "format").values(value=FORMAT))
