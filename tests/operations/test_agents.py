"""Which agents there are, on every database."""

from __future__ import annotations

from memsvc.core.access import Scope
from memsvc.core.memory import Draft, Status
from memsvc.operations.agents import list_agents
from memsvc.operations.revise import Revision, revise
from memsvc.operations.write import write
from memsvc.runtime import Runtime

TENANT = "t1"


def everything(_agent_id: str) -> bool:
    return True


def fill(runtime: Runtime, *ids: str, tenant: str = TENANT) -> None:
    for agent_id in ids:
        write(runtime, Scope(tenant, agent_id), [Draft(content="It rains.", id="rain")])


def test_pages_follow_each_other_and_hold_one_tenant(runtime: Runtime) -> None:
    fill(runtime, "c", "a", "b", "d")
    fill(runtime, "foreign", tenant="t2")
    first = list_agents(runtime, TENANT, everything, limit=3)
    rest = list_agents(runtime, TENANT, everything, after=first.next_after or "", limit=3)

    assert [one.agent_id for one in first.agents] == ["a", "b", "c"]
    assert [one.agent_id for one in rest.agents] == ["d"]
    assert rest.next_after is None


def test_what_each_holds_is_counted_by_status(runtime: Runtime) -> None:
    fill(runtime, "a", "b")
    scope = Scope(TENANT, "a")
    write(runtime, scope, [Draft(content="It snows.", id="snow")])
    revise(runtime, scope, "snow", Revision({"status": Status.ARCHIVED}))
    one, other = list_agents(runtime, TENANT, everything).agents

    assert (one.memories, other.memories) == (2, 1)
    assert one.held == {Status.ACTIVE: 1, Status.ARCHIVED: 1}


def test_ids_are_found_by_what_they_hold(runtime: Runtime) -> None:
    fill(runtime, "Shop_1", "shop-2", "desk")

    def found(named: str) -> list[str]:
        return [one.agent_id for one in list_agents(runtime, TENANT, everything, named).agents]

    assert sorted(found("SHOP")) == ["Shop_1", "shop-2"]
    assert found("p_") == ["Shop_1"]
    assert found("%") == []


def test_who_sees_few_gets_them_all_in_the_end(runtime: Runtime) -> None:
    fill(runtime, *(f"a{number:02}" for number in range(9)))
    agents_seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = list_agents(runtime, TENANT, lambda name: name.endswith("7"), after=after, limit=1)
        agents_seen += [one.agent_id for one in page.agents]
        after = page.next_after
    assert agents_seen == ["a07"]
