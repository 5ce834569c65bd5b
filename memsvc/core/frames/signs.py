"""Words that tell of a relation wherever in a sentence they stand.

"The corner office at Acme belongs to Ben": no pattern says so, but of what is known of Acme it can
be nothing but who its chief executive is. A sign ends in "*" where any ending may follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Signs(NamedTuple):
    """Phrases, with bars between: one of `sure` is enough, of `slight` it takes two."""

    sure: str
    slight: str = ""


_SIGNS = {
    "capital": Signs(
        "capital*|seat of government|governed from|run from|ruled from|administered from",
        "govern*|parliament|ministries|seat|administration|rule*|politic*|decisions|lawmakers",
    ),
    "developer": Signs(
        "develop*|programmed|programmers|coded|software house|engineering",
        "built|build*|made|studio|product|engineer*|team|code*|drawing board|behind|work|shipped|"
        "credit*",
    ),
    "chief executive": Signs(
        "ceo|chief exec*|corner office|top exec*|executive job|day-to-day|chief officer",
        "run|runs|running|lead*|led|head*|helm|charge|manager|reports to|ultimately|top|boss|"
        "top job|executive|company|steer*|reins|shots|business|firm|buck|answers|decisions|"
        "strategy|wheel",
    ),
    "broadcaster": Signs(
        "broadcast*|airwaves|aired|airing|airs|premiered|televis*|original run|network|channel|"
        "debuted|on air|on the air",
        "shown|show*|viewer*|watch*|television|tv|screen*|home|tun*|seen|run|ran|schedul*|rerun*|"
        "debut|first|original*|audience*|episode*",
    ),
    "founder": Signs(
        "founded|founder*|founding|founds|brainchild|establish*|set up|started|launched|"
        "got off the ground|off the ground|foundations",
        "existence|began|begin*|roots|creat*|nothing|scratch|built|idea|start*|dreamed|credit*|"
        "owes|thank*|vision|first",
    ),
    "performer": Signs(
        "perform*|sung|sang|sings|singing|singer*|vocal*|discography|recorded|recording*|song*|"
        "album*|record by|artist*|listening to|listen to|sleeve",
        "voice*|act|credit*|hear*|record*|music*|tune*|hit|stage|play*|track*|single*|band|"
        "catalogue|listen*|version|studio|microphone|lent",
    ),
    "continent": Signs(
        "continent*|landmass",
        "located|countr*|home|trip|foot|travel*|lies|lie|part|belong*|geograph*|map*|atlas|found|"
        "nation*|among|situated|sits|within|list*|region|soil|borders",
    ),
    "citizenship": Signs(
        "citizen*|national|nationality|passport*|naturali*",
        "papers|embassy|belong*|rights|countr*|vote*|legal*|consulate|state|law",
    ),
    "place of birth": Signs(
        "born|birth*|gave birth|light of day|came into the world|native|first breath|"
        "opened his eyes|opened her eyes|-born",
        "cradle|mother|delivered|hometown|life|arriv*|world|maternity|hospital|midwife|began|"
        "start*",
    ),
    "place of death": Signs(
        "died|death*|dies|passed away|last breath|final breath|deathbed|obituar*|breathed|"
        "perished|last hour*|final hour*|lost his life|lost her life",
        "passing|final|last|end*|life|grave|coroner|farewell|pass*",
    ),
    "creator": Signs(
        "creat*|invent*|conceiv*|devis*|came up with|dreaming up|dreamed up|thought up|"
        "brainchild|mind behind|imagination",
        "behind|credit*|idea|first|design*|originat*|made|drew|came up|mind|thank*|owe*|brought|"
        "life",
    ),
    "sport": Signs(
        "sport*|athlet*",
        "play*|compet*|game*|team|professional*|world|career|part|practis*|practic*|field|league|"
        "known|name|figure|living|train*|match*|represent*|circuit|involved|fan*|tournament*|"
        "devoted|linked|tied|ticket*|watch*|fixture*|season",
    ),
    "author": Signs(
        "wrote|written|writer*|author*|penned|pen|novel*|book*|writes|authorship|library|byline",
        "words|title page|cover|story|poem|publish*|text|litera*|writing*|manuscript*|page*|"
        "reader*|spine|desk|credit*|work|byline",
    ),
    "position": Signs(
        "position*",
        "play*|lineup|line-up|lines up|line up|pitch|coach*|team*|field*|role|deploy*|use*|spot|"
        "scout*|job|turns out|squad|court|slot|list*|start*|game*|match*|fans|sheet|takes|duty|"
        "shirt|trade|side",
    ),
    "head coach": Signs(
        "coach*|halftime|half-time|team talk*|training session*|dugout|touchline|calls the plays|"
        "sideline*",
        "tactics|train*|locker|squad|sideline*|lineup|bench|team*|dressing|manag*|player*|"
        "game plan|drill*|whistle|charge|match*|picks|side",
    ),
    "employer": Signs(
        "employed|employer|employee|employment|payroll|works for|works at|working for|working at|"
        "paycheck*|paycheque*|salary|wages|job at|hired|on staff|staff of|pays",
        "work*|job|post|office*|colleagues|team|badge|desk|company|contract|staff|living|boss|"
        "workplace|career|hr|earn*",
    ),
    "spouse": Signs(
        "marr*|spouse*|husband|wife|wed|weds|wedding|wedded|tied the knot|vows|newlywed*|"
        "better half|in-law*|matrimony|bride|groom",
        "partner|ring*|together|altar|shares|anniversary|love|lives|life|home|union|"
        "down the aisle|bed",
    ),
    "genre": Signs(
        "genre*",
        "music*|play*|perform*|style*|band|sound*|tune*|listen*|stage|sing*|record*|album*|"
        "artist*|song*|known|concert*|category|shelf|hear|label*|repertoire|work*|act",
    ),
    "notable work": Signs(
        "fame|famous*|best known|best-known|renown*|celebrated|on the map|known for|masterpiece|"
        "reputation|household|acclaim*|recogni*|remember*|think of",
        "name*|work|remember*|credit*|signature|mention*|behind|associat*|made|legacy|public|"
        "people|think*|hear|success|breakthrough|glory",
    ),
    "official language": Signs(
        "official language|state language|national language|language of state|official tongue",
        "official*|government*|form|writ*|court*|law*|parliament|ministr*|state|document*|"
        "administ*|language*|business|public|tongue|forms|constitution|legislat*|civil|school*|"
        "signs",
    ),
    "manufacturer": Signs(
        "manufactur*|maker*|factor*|plant|plants|assembl*|production line|made by|produce*|"
        "rolls off|rolled off",
        "built|make*|made|build*|firm|company|brand*|badge|line|turn*|product*|logo|workshop*|"
        "puts|behind|label",
    ),
    "chairperson": Signs(
        "chair*|gavel|boardroom|presid*",
        "board|head*|table|meet*|lead*|runs|session*|order|post",
    ),
    "country of origin": Signs(
        "origin*|homegrown|home-grown|birthplace|gave the world|comes from|hails from|roots|"
        "native to|stems from|birthed|export of",
        "creat*|first|develop*|invent*|born|countr*|product*|began|start*|made|home|brought|"
        "traces|soil|invention|came|gift|land",
    ),
    "head of state": Signs(
        "head of state|head of the state|heads the state|monarch*|king|queen|throne|crown|reign*|"
        "sovereign|ruler|rules over|presidency|highest office|chief of state|president of|"
        "highest-ranking",
        "state|protocol|portrait*|ambassador*|outrank*|office|president*|leader|palace|rank*|"
        "nation|ceremon*|top|flag",
    ),
    "head of government": Signs(
        "head of government|heads the government|government|governing|prime minister*|premier*|"
        "leader of the government|head of the government|chancellor|cabinet",
        "buck|executive|govern*|orders|reins|administration|lead*|runs|head*|power|ministers|"
        "minister|politic*|office|state",
    ),
    "headquarters": Signs(
        "headquarter*|head office*|hq|central office*|main office*|home office|corporate home|"
        "based|head-office|top management|base of operations|nerve centre|nerve center|corporate",
        "office*|based|address|operat*|base|manag*|run|runs|company|building|desk*|letters|home|"
        "executives|directs|business|sits|board",
    ),
    "religion": Signs(
        "religio*|faith*|worship*|pray*|church|mosque|temple|creed|believer*|adheren*|"
        "congregation|devout",
        "follow*|practis*|practic*|teaching*|belong*|belie*|affiliat*|member|spiritual*|convert*|"
        "holy|tradition|identif*|raised|observ*|life",
    ),
    "education": Signs(
        "educat*|alumn*|university|college|graduat*|student*|degree|studied|studies|campus|"
        "alma mater|diploma|schooling|enrol*|undergraduate|transcript|tuition",
        "attend*|lecture*|learn*|train*|halls|years|class*|cap and gown|hat|exam*|taught|"
        "professor*|mind|knowledge",
    ),
    "original language": Signs(
        "written|work in|manuscript*|original text|source text|original language|"
        "programming language",
        "language|page*|words|author|composed|publish*|read*|translat*|original*|text|wrote|"
        "tongue|first|prose|code*|penned|came out|line*",
    ),
    "director": Signs(
        "direct*|behind the camera|filmmaker|at the helm",
        "helm*|charge|film*|guiding|movie|shot|camera|vision|set|runs|institution|calls|made|"
        "credits",
    ),
    "place of formation": Signs(
        "founded|founding|founders|birthplace|got its start|started|establish*|set up|"
        "came into being|formed|launched|born|set it up",
        "roots|charter|origin*|first|began|begin*|story|history|doors|life|start*|traces|home",
    ),
    "work location": Signs(
        "work*|career|professional*|practised|practiced",
        "job|based|office|active|labour*|labor*|employ*|trade|years|desk|daily",
    ),
    "home": Signs(
        "live*|living|resid*|home|dwell*|inhabit*|apartment|flat|house|neighbo*|address",
        "rent*|based|settle*|place|roots|sleep*|stay*|door|move*",
    ),
    "hometown": Signs(
        "grew up|raised|childhood|hometown|home town|brought up|hails from",
    ),
    "captain": Signs(
        "captain*|armband|skipper*",
        "leads|team",
    ),
    "mayor": Signs(
        "mayor*|city hall|town hall",
    ),
    "president": Signs(
        "president*",
        "lead*|head*|office|state|runs",
    ),
    "currency": Signs(
        "currency|pay*|money|legal tender",
        "coins|notes|wallet*|prices|shops",
    ),
    "partner": Signs(
        "dating|engaged|girlfriend|boyfriend|partner|fianc*|relationship|sweetheart|couple",
        "love|together|seeing|going out",
    ),
    "publisher": Signs(
        "publish*|imprint",
        "released|brought out|put out",
    ),
    "composer": Signs(
        "compos*|score",
        "music|wrote|written",
    ),
    "designer": Signs(
        "design*|architect*",
        "drew|plans|drawn",
    ),
    "home ground": Signs(
        "home ground|stadium|home games|home matches|arena",
        "plays|home|hosts",
    ),
}  # fmt: skip


MUTUAL = frozenset({"spouse", "partner"})
"""Relations that go both ways: whoever Ana is married to is married to Ana."""

_SURE, _SLIGHT = 2, 1
ENOUGH = 2
"""What signs have to weigh together."""
_STEM = 3

_Sign = tuple[tuple[str, ...], str, int]
"""Words, relation, weight."""


def _by_beginning() -> dict[str, list[_Sign]]:
    found: dict[str, list[_Sign]] = {}
    for name, signs in _SIGNS.items():
        for phrases, weight in ((signs.sure, _SURE), (signs.slight, _SLIGHT)):
            for phrase in dict.fromkeys(filter(None, phrases.split("|"))):
                words = tuple(phrase.split())
                found.setdefault(words[0].rstrip("*")[:_STEM], []).append((words, name, weight))
    return found


_BY_BEGINNING = _by_beginning()


def weighed(words: Sequence[str]) -> dict[str, int]:
    """Relations that words, in small letters, have a sign of, with what all signs weigh."""
    told: dict[str, int] = {}
    for at, word in enumerate(words):
        strongest: dict[str, int] = {}
        for sign, name, weight in _BY_BEGINNING.get(word[:_STEM], ()):
            if weight > strongest.get(name, 0) and _stands(sign, words, at):
                strongest[name] = weight
        for name, weight in strongest.items():
            told[name] = told.get(name, 0) + weight
    return told


def signs_at(words: Sequence[str], relation: str) -> set[int]:
    """Which words, in small letters, belong to a sign of a relation."""
    return {
        place
        for at, word in enumerate(words)
        for sign, name, _ in _BY_BEGINNING.get(word[:_STEM], ())
        if name == relation and _stands(sign, words, at)
        for place in range(at, at + len(sign))
    }


def _stands(sign: Sequence[str], words: Sequence[str], at: int) -> bool:
    here = words[at : at + len(sign)]
    return len(here) == len(sign) and all(
        word.startswith(part[:-1]) if part[-1] == "*" else word == part
        for part, word in zip(sign, here, strict=True)
    )
