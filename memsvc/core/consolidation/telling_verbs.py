"""Verbs by which people tell of their lives, and of what each tells."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from memsvc.core.frames.inflection import forms


class Form(StrEnum):
    """A form of a verb, as far as it matters what may stand before it."""

    BASE = "base"
    THIRD = "third"
    PAST = "past"
    PARTICIPLE = "participle"
    PROGRESSIVE = "progressive"


class Sense(NamedTuple):
    """What a verb tells when these words follow it.

    `bare`: it tells something without anything behind it. `dated`: only with a time or a name.
    """

    behind: tuple[str, ...]
    predicate: str
    bare: bool = False
    dated: bool = False


# "~": tells something without anything behind it; "@": only with a time or a name in the clause.
_TABLE = """
home: live in|live on|live at|live near|live by|live with|live next|live right|~live alone|move to
home: move in|~move out|~move back|move from|move into|~move here|~relocate|settle in|grow up in
home: grow up on|grow up near|come from|emigrate to|immigrate to|~downsize|rent a|rent an|sublet
occupation: work as|work in|work at|work for|work with|work from|work part|work full
occupation: ~work nights|@work|teach|~freelance|~retire|run a|run an|run my|run our|start a job
occupation: start as|start at|start work|start my|manage|lead the|lead a|repair
occupation: train as|intern at|switch|change from|change to|change jobs
occupation: change careers|get promoted|get fired|~get laid off|get hired|get a job|get the job
occupation: get a new job|get an offer|get a post|get a position|get a raise|land a|lose my job
occupation: lose his job|lose her job|accept a|accept an|become a|become an|~quit|resign|leave
occupation: ~give notice|hand in|serve in|serve as|own a business|open my|open our|open a
occupation: open an|close my
occupation: close our|look after
occupation: do the|do accounts|do research|earn|make the coffee|take a job|take over|be promoted
age: turn
education: study|major in|graduate|~graduate|enrol|enroll|drop out|attend|get accepted
education: finish school|finish college|finish university|finish my degree|finish my|do a phd
education: do a master|do my|pass|fail|take a class|take a course|take classes|take lessons
education: start school|start college|start university|get my degree|get a degree|get my license
education: get my licence|earn my|take an|be accepted
spouse: ~get married|marry|~get divorced|~divorce|~elope
partner: date|~get engaged|propose|start dating|~break up|~split up|~separate|break up
children: adopt a baby|have a baby|expect a|expect our|~expect twins|raise my|raise our|raise two
children: raise three|raise kids|raise children|give birth|foster a
pets: adopt a dog|adopt a cat|adopt a puppy|adopt a kitten|adopt two|adopt|get a dog|get a cat
pets: get a puppy|get a kitten|get a new puppy|get a new kitten|get a new dog|get a new cat|rescue
pets: foster a
conditions: suffer from|break|sprain|twist|tear|injure|hurt|~hurt|get diagnosed|catch|~recover
conditions: ~wear glasses|wear contact|wear a hearing|be diagnosed|get sick|get seasick|get carsick
conditions: get surgery|have surgery|sleep about|sleep only|~relapse|~smoke|be hospitalized
conditions: be hospitalised|~limp|undergo
medication: take medication|take insulin|take antidepressants|take pills|take painkillers
diet: eat|drink|avoid|go vegan|go vegetarian|cut out
likes: love|like|enjoy|adore|prefer|be interested
dislikes: hate|dislike|loathe|detest
hobbies: play|~sing|~dance|~paint|~run|~swim|~hike|~climb|~cycle|~bake|~cook|~garden|collect
hobbies: practice|practise|train for|~train|do yoga|do pottery|do karate
hobbies: do ballet|do judo|~knit|~sew|~draw|take up|coach|~surf|~ski|~sail|~fish|~camp|~jog|~row
hobbies: go hiking|go camping|go swimming|go running|go climbing|go fishing|go skiing|go surfing
hobbies: write a|write about|write poetry|write songs|write my|write stories|read about|ride|~box
hobbies: make pottery|make music|build|restore|brew|grow|meditate|~meditate|~stream|write for
hobbies: get into|start playing|start doing|start painting
activities: compete|join|sign up|~volunteer|start learning|start working|found a|found my
hobbies: start running|start training|start writing|photograph|do archery|plant
activities: start a|start an|start building|start studying|start volunteering|start going
activities: start taking|work on|look into|mentor|tutor|care for
events: celebrate my|celebrate our|give a few|give talks
languages: speak
skills: learn
skills: learn to|learn how|know how|teach myself|be learning|master
possessions: buy|own|drive a|drive an|inherit|sell|lose my|get a new|get a used|get myself|get a
possessions: get an|order a|lease|trade in|keep a|keep bees|have a piano
events: @go to|@go on|@go back|@travel|travel to|travel around|@visit|@see|@meet|@fly|fly to|win
events: @attend|@watch|@participate|@take part|take part in|participate in|@perform|perform at
events: publish|@celebrate|@host|host a|@run a|@finish|@start|@lose|@speak at|give a talk|give up
events: give a speech|@take|@have|@read|@hike|@paint|@camp|@join|@spend|donate|raise money|release
events: finish a|finish the|finish writing|finish reading|finish building|complete|organize|organise
events: receive|get a grant|get an award|get a tattoo|get a scholarship|set up|launch|plant the
events: @throw|@hold|@make|@do|@drive|@drive to|@get|survive|visit|call off|film|~pass away|~die
events: apply for|apply to
events: put on|help out|@help|come out as|~come out|start transitioning|@arrive|@stay|stay in|@train
events: @leave|need surgery|bake a|@create|create a|design|@bring|@cook|grow a
"""
_IRREGULAR = """
break broke broken|drive drove driven|sell sold sold|lose lost lost|leave left left|quit quit quit
ride rode ridden|give gave given|know knew known|hurt hurt hurt|swim swam swum|catch caught caught
tear tore torn|wear wore worn|drink drank drunk|feed fed fed|do did done|grow grew grown
sleep slept slept|spend spent spent|cut cut cut|raise raised raised|build built built
undergo underwent undergone|throw threw thrown|bring brought brought|feel felt felt
split split split|sew sewed sewn|come came come|become became become|let let let|wake woke woken
tell told told|send sent sent|show showed shown|keep kept kept|rescue rescued rescued
"""
# Verbs whose last letter is doubled, and one that takes a "k".
_DOUBLED = "travel plan stop hit jog log get put run set sit begin win swim quit cut let drop split"
_ONLY_PLANNED = "be do have help come stay bring call host try see"

_PARTS = {
    parts[0]: (parts[1], parts[2])
    for line in _IRREGULAR.strip().splitlines()
    for one in line.split("|")
    if len(parts := one.split()) == 3
}
_LAST_DOUBLED = frozenset(_DOUBLED.split())


def third(verb: str) -> str:
    """The form after "she": "teaches"."""
    return {"do": "does", "go": "goes"}.get(verb) or forms(verb).third


def _forms(verb: str) -> dict[str, Form]:
    known = forms(verb)
    past, participle = _PARTS.get(verb, (known.past, known.participle))
    progressive = known.progressive
    if verb in _LAST_DOUBLED:
        progressive = f"{verb}{verb[-1]}ing"
        if verb in {"travel", "plan", "stop", "jog", "log", "drop"} and verb not in _PARTS:
            past = participle = f"{verb}{verb[-1]}ed"
    found = {
        progressive: Form.PROGRESSIVE,
        third(verb): Form.THIRD,
        participle: Form.PARTICIPLE,
        past: Form.PAST,
    }
    if verb not in found or verb in {"come", "become", "run"}:
        found[verb] = Form.BASE
    return found


def _senses() -> dict[str, tuple[Sense, ...]]:
    found: dict[str, dict[tuple[str, ...], Sense]] = {}
    for line in _TABLE.strip().splitlines():
        predicate, _, phrases = line.partition(": ")
        for phrase in phrases.split("|"):
            verb, *behind = phrase.strip("~@").split()
            sense = Sense(tuple(behind), predicate, phrase[0] == "~", phrase[0] == "@")
            found.setdefault(verb, {}).setdefault(sense.behind, sense)
    return {
        verb: tuple(sorted(senses.values(), key=lambda one: -len(one.behind)))
        for verb, senses in found.items()
    }


SENSES = _senses()
"""By the verb, those with most words behind it first."""


def _known() -> dict[str, tuple[str, Form]]:
    found: dict[str, tuple[str, Form]] = {}
    for verb in sorted({*SENSES, *_ONLY_PLANNED.split()}):
        if verb in {"be", "have"}:
            continue
        for form, kind in _forms(verb).items():
            found.setdefault(form, (verb, kind))
    found |= {"traveled": ("travel", Form.PAST), "traveling": ("travel", Form.PROGRESSIVE)}
    found |= {"having": ("have", Form.PROGRESSIVE), "got": ("get", Form.PAST)}
    # "I found a place" is of finding.
    del found["found"]
    return found


VERBS = _known()
"""Each form of the verbs, with its verb; where two forms are alike, the past."""

SAME_PAST = frozenset("quit hurt cut read put set split let hit".split())  # noqa: SIM905
"""Verbs whose present looks like their past."""


def sense_of(verb: str, rest: list[str]) -> Sense | None:
    """What the verb tells before these small words; None where it tells nothing lasting."""
    for sense in SENSES.get(verb, ()):
        count = len(sense.behind)
        if tuple(rest[:count]) == sense.behind and (sense.bare or len(rest) > count or count > 1):
            return sense
    return None
