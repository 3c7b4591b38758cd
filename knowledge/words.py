"""Cards found by their words: BM25 over all that a card asks, in memory. The only module that imports tantivy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from knowledge.card import Card
from knowledge.entries import FACETS, facets_of, points_of, whole_of

if TYPE_CHECKING:
    from tantivy import Query, TextAnalyzer

TOKENIZER = "stems"
HEAD_BOOST = 2.0
"""What a word in a card's question, theme or role counts beside one in its key points."""
MOST_TERMS = 200
"""Different words of a query that count, the first ones."""
MEMORY = 64_000_000
"""Bytes that the writer may use before it makes a segment of what it has; the least that tantivy takes is 15 MB."""


class Words:
    """A BM25 index (Robertson and Zaragoza 2009, with tantivy's k1 = 1.2 and b = .75) of cards, English stems."""

    def __init__(self, cards: Sequence[Card]) -> None:
        import tantivy

        self._analyzer = _analyzer()
        build = tantivy.SchemaBuilder()
        build.add_unsigned_field("row", stored=True)
        for facet in FACETS:
            build.add_text_field(facet, tokenizer_name="raw", index_option="basic")
        for field in ("head", "points"):
            build.add_text_field(field, tokenizer_name=TOKENIZER, index_option="freq")
        self._schema = build.build()
        index = tantivy.Index(self._schema)
        index.register_tokenizer(TOKENIZER, self._analyzer)
        writer = index.writer(MEMORY, 1)
        for row, card in enumerate(cards):
            document = tantivy.Document()
            document.add_unsigned("row", row)
            for facet, value in facets_of(card).items():
                document.add_text(facet, value)
            document.add_text("head", _sound(whole_of(card).text))
            document.add_text("points", _sound("\n".join(point.text for point in points_of(card))))
            writer.add_document(document)
        writer.commit()
        index.reload()
        self._searcher = index.searcher()

    def best(self, query: str, n: int, facets: Mapping[str, str]) -> list[int]:
        """Places of the `n` cards of these facets that answer the words of `query` best; none that has none of them."""
        import tantivy

        terms = list(dict.fromkeys(self._analyzer.analyze(_sound(query))))[:MOST_TERMS]
        if not terms or n < 1:
            return []
        must, should = tantivy.Occur.Must, tantivy.Occur.Should
        worded: list[tuple[Any, Query]] = []
        for term in terms:
            head = tantivy.Query.term_query(self._schema, "head", term)
            worded.append((should, tantivy.Query.boost_query(head, HEAD_BOOST)))
            worded.append((should, tantivy.Query.term_query(self._schema, "points", term)))
        wanted = [(must, tantivy.Query.boolean_query(worded))]
        for name, value in facets.items():
            fits = tantivy.Query.term_query(self._schema, name, value)
            wanted.append((must, tantivy.Query.const_score_query(fits, 0.0)))
        hits = self._searcher.search(tantivy.Query.boolean_query(wanted), n).hits
        scored = [(-float(score), int(self._searcher.doc(address)["row"][0])) for score, address in hits]
        return [row for _, row in sorted(scored)]


def _analyzer() -> TextAnalyzer:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    building = TextAnalyzerBuilder(Tokenizer.simple())
    for step in (Filter.remove_long(60), Filter.lowercase(), Filter.stopword("english"), Filter.stemmer("english")):
        building = building.filter(step)
    return building.build()


def _sound(text: str) -> str:
    """`text` without the lone surrogates that Rust's strings cannot hold."""
    return text.encode("utf-8", "ignore").decode("utf-8")
