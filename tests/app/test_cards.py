"""Cards in the browser: their pages, the editor, import and the bin; what survives a reload."""

from __future__ import annotations

import pytest

from knowledge.bank import shipped
from tests.app.test_screens import CARD, page, program, shown
from tests.unit.test_formats_xlsx import HEADER, workbook

__all__ = ["program"]
OWN = "example-late-delivery"


def address(app, name: str) -> str:
    value = app.query_params[name]
    return value[0] if isinstance(value, list) else value


def begun(program) -> tuple[str, object]:
    draft = program.drafts.begin()
    return draft.name, page(edit=draft.name)


def test_a_cards_page_shows_everything_about_it(program):
    card = program.bank.card(CARD)
    app = page(card=CARD)
    assert not app.exception
    text = shown(app)
    told = [card.question, card.about_role, "Greenroom starter bank", "Apache-2.0", "shipped with Greenroom"]
    told += [point.probe for point in card.key_points] + [part.text for part in (*card.motivations, *card.minefields)]
    told += [answer.text.splitlines()[0][:60] for answer in card.answers]
    assert [words for words in told if words not in text] == []
    assert "minutes" in text
    assert sum(button.key.startswith("similar-") for button in app.button if button.key) == 5
    assert "delete-card" not in {button.key for button in app.button}


def test_every_way_on_from_a_card_leads_there(program):
    for button, name in (("practise", "interview"), ("play", "preview"), ("edit", "edit"), ("duplicate", "edit")):
        app = page(card=CARD)
        app.button(key=button).click().run()
        assert not app.exception
        assert name in app.query_params


def test_a_shipped_card_is_edited_as_the_users_own_version(program):
    app = page(card=CARD)
    app.button(key="edit").click().run()
    name = address(app, "edit")
    app.text_input(key=f"edit-{name}-theme").set_value("my theme").run()
    app.button(key="keep-card").click().run()
    assert address(app, "card") == CARD
    assert "your version of a card that is shipped" in shown(app)
    assert program.bank.card(CARD).theme == "my theme"
    assert shipped() == program.bank.shipped
    assert program.drafts.all() == []


def test_what_is_typed_into_the_editor_survives_a_reload(program):
    name, app = begun(program)
    app.text_area(key=f"edit-{name}-question").set_value("Why salt?").run()
    app.text_input(key=f"edit-{name}-key_points-k1-label").set_value("Taste").run()
    again = page(edit=name)
    assert again.text_area(key=f"edit-{name}-question").value == "Why salt?"
    assert again.text_input(key=f"edit-{name}-key_points-k1-label").value == "Taste"
    assert "Not a card yet. key point 1, text" in shown(again)
    assert again.button(key="keep-card").disabled
    assert "Why salt?" in shown(page(screen="cards"))


def test_a_card_is_written_from_nothing_with_its_lint_beside_it(program):
    name, app = begun(program)
    app.text_area(key=f"edit-{name}-question").set_value("How do you bake bread?").run()
    app.text_input(key=f"edit-{name}-key_points-k1-label").set_value("Starter").run()
    app.text_area(key=f"edit-{name}-key_points-k1-text").set_value("Feeds a starter for days before baking.").run()
    app.button(key=f"edit-{name}-add-key_points").click().run()
    app.text_input(key=f"edit-{name}-key_points-k2-label").set_value("Rest").run()
    app.text_area(key=f"edit-{name}-key_points-k2-text").set_value("Lets dough rest overnight somewhere cold.").run()
    app.number_input(key=f"edit-{name}-key_points-k2-weight").set_value(2.0).run()
    app.button(key=f"edit-{name}-add-answers").click().run()
    app.text_area(key=f"edit-{name}-answers-a1-text").set_value("I feed my starter for days.").run()
    app.selectbox(key=f"edit-{name}-answers-a1-k1-verdict").select("covered").run()
    app.text_input(key=f"edit-{name}-answers-a1-k1-quote").set_value("feed my starter for days").run()
    text = shown(app)
    assert "key_points: there are 2" in text
    assert "k1: has no probe" in text
    app.button(key="keep-card").click().run()
    assert not app.exception
    (card,) = program.bank.own().cards
    assert [(point.label, point.weight) for point in card.key_points] == [("Starter", 1.0), ("Rest", 2.0)]
    assert card.answers[0].key_points["k1"].quote == "feed my starter for days"
    assert card.kind == "technical"


def test_a_part_that_is_removed_is_gone_and_the_others_keep_their_words(program):
    draft = program.drafts.begin(program.bank.card(CARD), copied=True)
    app = page(edit=draft.name)
    labels = [point["label"] for point in draft.card["key_points"]]
    app.button(key=f"edit-{draft.name}-remove-key_points-k2").click().run()
    assert not app.exception
    kept = program.drafts.load(draft.name).card["key_points"]
    assert [point["label"] for point in kept] == [labels[0], *labels[2:]]
    assert "Much like a card that there is" in shown(app)


def test_a_draft_can_wait_or_be_thrown_away(program):
    name, app = begun(program)
    app.button(key="later").click().run()
    assert address(app, "screen") == "cards"
    app.button(key=f"draft-{name}").click().run()
    app.button(key="drop-draft").click().run()
    assert program.drafts.all() == []


def test_import_says_what_went_in_and_what_was_rejected_and_why(program):
    program.bank.mine.keep([program.bank.card(CARD).model_copy(update={"id": "why-salt"})])
    app = page(screen="cards")
    good = workbook(HEADER, ["Why salt?", "Taste: Brings out taste", "technical"])
    files = app.file_uploader(key="import-files").upload("good.xlsx", good)
    files.upload("bad.csv", b"question,key_points\nWhy?,\n")
    next(button for button in app.button if button.label == "Import").click().run()
    assert not app.exception
    text = shown(app)
    assert "Went in: Why salt? (in place of your earlier one, which is in the bin), from good.xlsx" in text
    assert "Rejected: bad.csv, row 2, column key_points: the card has no key points" in text
    assert [card.question for card in program.bank.own().cards] == ["Why salt?"]


def test_deleting_asks_and_can_be_undone(program):
    card = program.bank.card(CARD).model_copy(update={"id": OWN, "question": "What of late deliveries?"})
    program.bank.mine.keep([card])
    app = page(card=OWN)
    app.button(key="delete-card").click().run()
    assert "take it back" in shown(app)
    assert program.bank.is_own(OWN)
    app.button(key="delete-no").click().run()
    app.button(key="delete-card").click().run()
    app.button(key="delete-yes").click().run()
    assert not app.exception
    assert not program.bank.is_own(OWN)
    app.button(key="undo-delete").click().run()
    assert program.bank.card(OWN) == card


def test_the_bin_puts_back_also_later_and_is_emptied_only_when_sure(program):
    for id in ("one", "two"):
        program.bank.mine.keep([program.bank.card(CARD).model_copy(update={"id": id})])
    names = [program.bank.mine.delete(id).name for id in ("one", "two")]
    app = page(screen="cards")
    app.button(key=f"restore-{names[0]}").click().run()
    assert program.bank.is_own("one")
    assert app.button(key="empty-bin").disabled
    app.checkbox(key="bin-sure").check().run()
    app.button(key="empty-bin").click().run()
    assert program.bank.mine.deleted() == []


@pytest.mark.parametrize("where", [{"card": "nothing"}, {"edit": "nothing"}, {"edit": "0" * 16}])
def test_an_address_of_no_card_or_draft_has_a_way_home(program, where):
    app = page(**where)
    assert not app.exception
    assert "Not here" in shown(app)


def test_the_text_of_a_card_is_never_markup(program):
    nasty = "Why **salt** <script>alert(1)</script> ![x](http://127.0.0.1/x.png) $x$ :smile:?"
    card = program.bank.card(CARD)
    points = [card.key_points[0].model_copy(update={"text": nasty}), *card.key_points[1:]]
    program.bank.mine.keep(
        [card.model_copy(update={"id": OWN, "question": nasty, "source": nasty, "key_points": tuple(points)})]
    )
    for where in ({"card": OWN}, {"screen": "cards"}):
        raw = "\n".join(str(part.value) for part in page(**where).markdown)
        assert "<script" not in raw.replace("\\<script", "")
        assert "![x" not in raw.replace("\\!", "")


def test_the_set_that_will_be_asked_is_shown_and_is_the_one_that_is_asked(program):
    app = page()
    app.text_area(key="about").set_value("Registered Nurse: handover, medicines").run()
    text = shown(app)
    app.button(key="start").click().run()
    interview = program.records.load(address(app, "interview"))
    assert len(interview.plan.cards) == 3
    assert all(f"{number}. {card.question}" in text for number, card in enumerate(interview.plan.cards, 1))
    assert "Registered Nurse" in {card.role for card in interview.plan.cards}
