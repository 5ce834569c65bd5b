"""Relations of places and organisations."""

from __future__ import annotations

from memsvc.core.frames.known import Known, Takes
from memsvc.core.memory import Cardinality

PLACES = (
    Known(
        "capital",
        "capital|capital city|seat of government|administrative capital|national capital",
        verbs="have its capital in|have its capital at|have as its capital|be governed from",
        be="governed from|administered from",
        takes=Takes.PLACE,
    ),
    Known(
        "continent", "continent",
        be="located in the continent of|on the continent of|in the continent of|located on the "
        "continent of|part of the continent of|situated in the continent of|situated on the "
        "continent of|a continent of|found on the continent of",
        verbs="belong to the continent of|lie on the continent of|lie in the continent of",
    ),
    Known(
        "country", "country",
        be="located in the country of|in the country of|situated in the country of",
        verbs="belong to the country of|lie in the country of",
    ),
    Known(
        "location", "location|site|venue|place",
        be="located in|situated in|located at|situated at|to be found in|found in|sited in",
        verbs="lie in|stand in|sit in", takes=Takes.PLACE,
    ),
    Known(
        "head of state",
        "head of state|monarch|king|queen|emperor|empress|sovereign|ruler",
        by="reign over|rule|reign in", be="ruled by|reigned over by", takes=Takes.PERSON,
    ),
    Known(
        "president", "president|presidency", be="presided over by", by="preside over",
        takes=Takes.PERSON,
    ),
    Known(
        "head of government",
        "head of government|prime minister|premier|chancellor|pm|head of the government|"
        "government leader|leader of the government",
        be="governed by", by="govern|lead the government of|head the government of",
        of="the head of the government of|at the head of the government of", takes=Takes.PERSON,
    ),
    Known("mayor", "mayor|lord mayor", takes=Takes.PERSON),
    Known("governor", "governor", takes=Takes.PERSON),
    Known(
        "official language",
        "official language|national language|state language|language of government",
    ),
    Known("currency", "currency|official currency|legal tender|money", takes=Takes.NOUN,
          verbs="use as currency|pay with"),
    Known("population", "population|number of inhabitants|inhabitants|population size",
          verbs="have a population of|be home to", takes=Takes.NUMBER),
    Known("area", "area|surface area|land area", verbs="have an area of|cover an area of",
          takes=Takes.NUMBER),
    Known("highest point", "highest point|highest mountain|highest peak|tallest mountain"),
    Known("anthem", "national anthem|anthem"),
    Known("time zone", "time zone|timezone", be="in the time zone|in the timezone"),
    Known("twin town", "twin town|sister city", be="twinned with", cardinality=Cardinality.MANY),
)  # fmt: skip

ORGANISATIONS = (
    Known(
        "chief executive",
        "chief executive officer|chief executive|ceo|top executive|chief exec|managing director",
        be="run by|led by|headed by|headed up by|under the leadership of|helmed by",
        by="run|steer|call the shots at|hold the top job at|sit at the head of|lead|head|"
          "head up|helm",
        of="at the helm of|in charge of|the one in charge of|the one running|the head of|the "
        "leader of|the boss of|head of|leader of|boss of",
        takes=Takes.PERSON,
    ),
    Known("chairperson",
          "chairperson|chairman|chairwoman|chair|board chair|chair of the board|chairman of the "
          "board|chairperson of the board",
          be="chaired by", by="chair", takes=Takes.PERSON),
    Known("director", "director|film director|general director|executive director",
          be="directed by", by="direct", takes=Takes.PERSON, lasting=True),
    Known("chief technology officer", "chief technology officer|cto", takes=Takes.PERSON),
    Known("chief financial officer", "chief financial officer|cfo|finance chief",
          takes=Takes.PERSON),
    Known("chief operating officer", "chief operating officer|coo", takes=Takes.PERSON),
    Known("founder",
          "founder|founded by|founding father|established by|original founder",
          be="founded by|established by|started by|set up by|launched by|formed by|"
          "the brainchild of|instituted by",
          by="found|establish|set up|start up", lasting=True),
    Known("founder too", "co-founder|cofounder", be="co-founded by|cofounded by",
          by="co-found|cofound", lasting=True, cardinality=Cardinality.MANY),
    Known("founded in", "year of foundation|founding year|founding date|date of foundation|"
          "inception|date of inception|foundation date",
          be="founded in|founded on|established in|established on|formed in|incorporated in|"
          "set up in|started in",
          verbs="!date back to|date from|date to", takes=Takes.DATE, lasting=True),
    Known("headquarters",
          "headquarters|headquarter|hq|head office|main office|headquarters location|corporate "
          "headquarters|head offices|central office|seat|location of headquarters",
          be="headquartered in|headquartered at|headquartered out of",
          verbs="have its headquarters in|operate out of|have its headquarters at|"
          "have headquarters in|have its "
          "head office in|have its seat in|have its main office in|be headquartered in|keep its "
          "headquarters in|!move its headquarters to|!relocate its headquarters to|!transfer its "
          "headquarters to|!shift its headquarters to|!move headquarters to",
          takes=Takes.PLACE),
    Known("place of formation", "place of formation|location of formation|formation location|"
          "place of foundation", be="formed in the city of|founded in the city of|started in the "
          "city of|formed in the town of|established in the city of",
          takes=Takes.PLACE, lasting=True),
    Known("parent company", "parent company|parent organization|parent organisation|parent",
          be="a subsidiary of|a division of|a unit of|a part of the group"),
    Known("owner", "owner|owned by|proprietor|owners",
          be="owned by|maintained by|looked after by|in the hands of|the property of|"
          "in the possession of",
          verbs="belong to|!get acquired by", by="own|maintain|!acquire|!buy out|!take over",
          of="responsible for|in charge of maintaining",
          ),
    Known("acquired by", "acquirer", be="acquired by|bought by|purchased by|taken over by|bought "
          "out by", lasting=True),
    Known("industry", "industry|sector|line of business", verbs="operate in the field of",
          takes=Takes.NOUN),
    Known("stock exchange", "stock exchange", be="listed on|traded on"),
    Known("number of employees", "number of employees|headcount|staff count|workforce size",
          takes=Takes.NUMBER),
    Known("revenue", "revenue|annual revenue|turnover", takes=Takes.NUMBER),
    Known("head coach",
          "head coach|coach|trainer|first-team coach|first team coach|team coach|sports coach",
          be="coached by|trained by", by="coach", takes=Takes.PERSON),
    Known("manager", "manager|line manager|supervisor|boss|team manager|direct manager",
          be="managed by|supervised by", by="manage|supervise",
          verbs="report to|report directly to|answer to", takes=Takes.PERSON),
    Known("captain", "captain|team captain|skipper|club captain", be="captained by", by="captain",
          takes=Takes.PERSON),
    Known("home ground", "home ground|stadium|home stadium|home venue|ground|arena",
          verbs="play its home games at|play its home matches at|play their home games at|play "
          "their home matches at"),
    Known("sponsor", "sponsor|main sponsor|shirt sponsor", be="sponsored by", by="sponsor"),
)  # fmt: skip

WORLD = PLACES + ORGANISATIONS
