"""The page that describes the interface."""

from __future__ import annotations

from html.parser import HTMLParser

from tests.api.site import Site


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.ids: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.sources += [value for name in ("src", "href") if (value := held.get(name))]
        if held.get("id"):
            self.ids.add(str(held["id"]))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_names_every_route_and_field_and_needs_nothing_from_elsewhere(site: Site) -> None:
    answer = site.client.get("/docs", headers={"Authorization": ""})
    assert answer.status_code == 200
    page = Page()
    page.feed(answer.text)

    assert all(source.startswith(("#", "/")) for source in page.sources)
    assert {source[1:] for source in page.sources if source.startswith("#")} <= page.ids
    schema = site.client.get("/openapi.json").json()
    for path, operations in schema["paths"].items():
        for method in operations:
            assert f"{method.upper()} {path}" in page.text
    for shape in schema["components"]["schemas"].values():
        for name, field in shape.get("properties", {}).items():
            assert name in page.text
            assert field.get("description", "") in page.text
