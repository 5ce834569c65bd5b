"""Erasing memories: gone from everywhere, with what was derived from them alone."""

from __future__ import annotations

from tests.api.site import Site, is_problem


def path(memory_id: str) -> str:
    return f"/v1/agents/a1/memories/{memory_id}"


def gone(site: Site, memory_id: str) -> bool:
    """Whether no route shows the memory."""
    assert is_problem(site.client.get(path(memory_id)), 404, "not_found")
    changed = site.client.patch(path(memory_id), json={"pinned": True})
    assert is_problem(changed, 404, "not_found")
    assert is_problem(site.client.delete(path(memory_id)), 404, "not_found")
    assert memory_id not in site.listed(limit=500)
    everything = ["archived", "superseded", "quarantined"]
    return memory_id not in site.found("anything at all", limit=200, include=everything)


def test_an_erased_memory_is_gone_from_everywhere(site: Site) -> None:
    site.add("The harbour freezes.", id="m1")
    site.add("Dinner at seven.", id="m2")
    site.search("harbour")

    site.delete("m1")

    assert gone(site, "m1")
    assert site.found("harbour freezes") == ["m2"]
    assert site.page()["total"] == 1


def test_what_was_derived_from_it_alone_goes_too(site: Site) -> None:
    source = site.add("Ana swims on Mondays.", user_id="u1")
    summary = site.add("Ana swims.", source_ids=[source])
    portrait = site.add("Ana is sporty.", source_ids=[summary])
    aside = site.add("It rains.")

    site.delete(source)

    assert gone(site, source)
    assert gone(site, summary)
    assert gone(site, portrait)
    assert site.listed() == [aside]


def test_what_has_other_sources_is_quarantined(site: Site) -> None:
    first = site.add("Ana swims on Mondays.")
    second = site.add("Ana swims on Fridays.")
    summary = site.add("Ana swims twice a week.", source_ids=[first, second])
    site.search("Ana swims")

    site.delete(first)

    assert site.found("Ana swims") == [second]
    assert set(site.found("Ana swims", include=["quarantined"])) == {summary, second}
    held = site.get(summary)
    assert (held["status"], held["source_ids"]) == ("quarantined", [second])

    site.delete(second)
    assert gone(site, summary)


def test_erasing_what_was_derived_leaves_its_source(site: Site) -> None:
    source = site.add("Ana swims on Mondays.")
    summary = site.add("Ana swims.", source_ids=[source])

    site.delete(summary)

    assert gone(site, summary)
    assert site.found("Ana swims") == [source]


def test_other_memories_of_the_person_stay(site: Site) -> None:
    doomed = site.add("Ana swims.", user_id="u1", session_id="s1")
    stays = site.add("Ana reads.", user_id="u1", session_id="s1")
    about = site.add("Ben met Ana.", user_id="u2", subject_ids=["u1"])

    site.delete(doomed)

    assert site.listed(user_id="u1") == site.listed(session_id="s1") == [stays]
    assert site.found("Ana", user_id="u1") == [stays]
    assert site.get(stays)["user_id"] == "u1"
    assert site.get(about)["subject_ids"] == ["u1"]


def test_a_person_without_memories_is_nobody_and_may_come_back(site: Site) -> None:
    site.add("It rains.")
    site.delete(site.add("Ana swims.", user_id="u1", session_id="s1"))
    assert site.listed(user_id="u1") == site.listed(session_id="s1") == []

    back = site.add("Ana swims.", user_id="u1", session_id="s1")

    assert site.listed(user_id="u1") == site.listed(session_id="s1") == [back]


def test_the_id_can_be_used_again(site: Site) -> None:
    site.add("The harbour freezes.", id="m1")
    site.delete("m1")

    assert site.add("Dinner at seven.", id="m1") == "m1"
    assert site.get("m1")["content"] == "Dinner at seven."
    assert site.client.get(path("m1")).headers["etag"] == '"1"'
    [found] = site.search("harbour freezes", explain=True)
    assert found["score_details"]["lexical_rank"] is None


def test_the_same_words_can_be_written_again(site: Site) -> None:
    first = site.add("The harbour freezes.")
    site.delete(first)

    assert site.add("The harbour freezes.") != first


def test_a_memory_is_erased_while_its_version_stands(site: Site) -> None:
    site.add("The harbour freezes.", id="m1")
    site.patch("m1", pinned=True)

    refused = site.client.delete(path("m1"), headers={"If-Match": '"1"'})
    assert is_problem(refused, 412, "precondition_failed")
    assert site.found("harbour") == ["m1"]

    assert site.client.delete(path("m1"), headers={"If-Match": '"2"'}).status_code == 204
    assert gone(site, "m1")
