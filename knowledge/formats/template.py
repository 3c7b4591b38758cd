"""A table to fill in: one row a card, with an example, as CSV or XLSX."""

from __future__ import annotations

from knowledge.formats.csv_cells import text_of

COLUMNS = (
    "id", "question", "theme", "role", "function", "about_role", "kind", "key_points", "motivations", "minefields",
)  # fmt: skip
EXAMPLE = (
    "example-late-delivery",
    "A customer's birthday cake has gone to the wrong address an hour before the party. What do you do?",
    "missed delivery",
    "Bakery Dispatcher",
    "Logistics",
    "Sends out a bakery's orders and speaks to customers when one goes wrong.",
    "situational",
    "First call: Rings the customer before doing anything else and says plainly what happened.\n"
    "Where it is: Finds out from the driver where the cake is and whether it can still be moved in time.\n"
    "Second plan: Has a replacement made or bought while the first one is being traced.",
    "Owning a mistake: Whether they would tell the customer bad news themselves, and early.",
    "Blames the driver: Explains whose fault it was before saying what happens next.",
)
NOTES = (
    "One row is one question card. Delete the example, fill in your own, and import the file.",
    "question: what the interviewer says. It is the only column besides key_points that may not be empty.",
    "kind: behavioural (tell me about a time), situational (what would you do) or technical (how does it work).",
    "key_points: what separates a good answer from a weak one. One a line, as 'Label: text'; 8 to 12 serve best.",
    "(A new line within a cell: Alt and Enter in Excel and LibreOffice, Control and Enter on a Mac.)",
    "motivations: what the interviewer hopes to learn by asking. minefields: answers that count against somebody.",
    "id: letters, digits and hyphens; empty, one is made of the question. theme, role, function: to find it by.",
    "Follow-ups, weights and worked answers are added after the import, by editing the card.",
)


def csv_template() -> str:
    """The table as CSV."""
    return text_of([COLUMNS, EXAMPLE])


def xlsx_template() -> bytes:
    """The table as a workbook, with notes on a second sheet."""
    from knowledge.formats.xlsx_format import write_table

    return write_table([COLUMNS, EXAMPLE], NOTES)
