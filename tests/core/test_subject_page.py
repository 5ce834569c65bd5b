"""One page about a person: every value is text, whatever it says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.subject import About, Earlier, Held, Relation, counted
from memsvc.core.subject_page import AGENT_END, POLICY, agent_head, article, day_head, end, head
from tests.core.made import memory

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXTS = st.text(min_size=1, max_size=40) | st.sampled_from(
    ["</article>", "<script>", '" onload="x', "' onload='x", "&lt;", "]]>", "<!--", "\x00"]
)


class Tags(HTMLParser):
    """Names of the tags and attributes of a piece of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}


def held(said: str) -> Held:
    one = memory(
        content=said,
        user_id=said,
        speaker=said,
        session_id=said,
        subject_ids=(said,),
        tags=(said,),
        metadata={said: said},
        source_ids=("s1", "s2"),
    )
    past = Earlier(one, NOW, NOW)
    return Held(one, Relation.ABOUT, NOW, ("s1",), restricted=True, history=(past,))


@given(TEXTS)
def test_a_value_makes_no_tag_and_no_attribute(said: str) -> None:
    about = About([said], [said], NOW, said, counted([{1: Relation.FROM}]))
    pieces = [head(about, [said]), agent_head(0, said), article(0, held(said))]
    harmless = [head(about_plain(), ["x"]), agent_head(0, "x"), article(0, held("x"))]

    for piece, plain in zip(pieces, harmless, strict=True):
        assert Tags(piece).tags == Tags(plain).tags
        assert Tags(piece).names == Tags(plain).names


def about_plain() -> About:
    return About(["x"], ["x"], NOW, "x", counted([{1: Relation.FROM}]))


def test_a_memory_tells_who_when_what_and_where_from() -> None:
    shown = article(3, held("Ana & Bo"))

    for wanted in (
        'id="m3.m1"',
        "Ana &amp; Bo",
        "2026-03-01 12:00 UTC",
        "about this person",
        " · restricted",
        '<a href="#m3.s1"><code>s1</code></a>',
        "<code>s2</code>",
        "Until <time",
    ):
        assert wanted in shown
    assert 'href="#m3.s2"' not in shown


def test_a_person_who_is_unknown_has_a_whole_page() -> None:
    page = head(About(["u1"], [], NOW, None, counted([])), []) + end(0)

    assert page.startswith("<!doctype html>")
    assert page.endswith("</html>\n")
    assert POLICY.replace("'", "&#x27;") in page
    assert "http" not in page.replace("http-equiv", "")
    assert "End: 0 memories." in page


def test_days_and_agents_are_told() -> None:
    assert "Sunday, 2026-03-01" in day_head(date(2026, 3, 1))
    assert agent_head(2, "support").startswith('<section id="agent-2">')
    assert AGENT_END.startswith("</section>")


def test_counts_are_by_agent_and_relation() -> None:
    found = counted([{1: Relation.FROM, 2: Relation.ABOUT}, {1: Relation.DERIVED}])

    assert found == {"agents": 2, "memories": 3, "from": 1, "about": 1, "derived": 1}
