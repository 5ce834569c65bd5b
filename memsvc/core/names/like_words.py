"""Words that stand around names, and words that are names of people too.

Without accents, in small letters. A word missing here is taken for a name where it has a capital;
one too many costs a name that begins a sentence. Lists, not rules: extend them freely.
"""

from __future__ import annotations

PARTICLES = frozenset(
    """
    de del de' da do das dos di du d della dello degli la le los las y e i van von der den het ten
    ter te zu zum zur af av al el ul ad as ibn bin ben bint binti abu ap ab mac mc san st
    """.split()  # noqa: SIM905
)
"""Parts of names that alone name nobody, and that writers leave out at will."""

TITLES = frozenset(
    """
    mr mrs ms miss mx dr prof professor doctor doctora sir madam dame lord lady sr sra srta senor
    senora senorita don dona seu herr frau hr fr fru fraulein monsieur madame mme mlle signor
    signora signorina dottor pan pani bay hanim anh chi ong ba co aunt auntie uncle cousin grandma
    grandpa brother sister tia tio tante onkel oma opa tata sheikh sheikha sayyid hajji judge
    captain coach nurse pastor father reverend rabbi imam president senator
    """.split()  # noqa: SIM905
)
"""What stands before a name and makes the word after it one."""

ABBREVIATED = frozenset(
    "mr mrs ms mx dr prof sr sra srta fr hr st".split()  # noqa: SIM905
)
"""Titles that a stop may follow without ending a sentence."""

SUFFIXES = frozenset(["jr", "sr", "ii", "iii", "iv", "phd", "md", "esq", "junior", "filho", "neto"])

SAINTS = frozenset(["santa", "san", "santo", "sao", "saint", "st", "ste", "sankt", "ave"])
"""Before a first name they make a place or a prayer of it."""

ARTICLES = frozenset(
    """
    the a an this that these those every each some any no my your his her its our their
    der die das den dem des ein eine einen einem einer eines el los las un una unos unas le les une
    il lo gli i o os as um uma uns umas la det den en ett et
    """.split()  # noqa: SIM905
)

CALENDAR = frozenset(
    """
    may april june august march january july september october november december spring summer
    autumn winter fall monday tuesday wednesday thursday friday saturday sunday domingo abril
    """.split()  # noqa: SIM905
)
BEFORE_TIMES = frozenset(
    """
    in of since until till by during from to through late early mid last next this every before
    after between and or on
    """.split()  # noqa: SIM905
)

DOES = frozenset(
    """
    said says told tells asked asks thinks thought wants wanted likes liked loves loved hates hated
    lives lived works worked went came called calls wrote writes moved knows knew prefers preferred
    mentioned explained replied answered agreed met married visited bought sold moved feels felt
    dijo dice vive quiere trabaja fue disse mora quer sagte sagt wohnt sa sade bor
    """.split()  # noqa: SIM905
)
"""What people do: the word before it is somebody."""

HARDLY = frozenset(
    """
    so in to no on or at us am by up if it as of be go son song sun men man boy girl long young
    old all out off over under not and but for from with about into than too also just very new
    one two ten first last next more most much many few here there now then them being been
    get got let put see say use way back well even only still such own same other others
    per para por con sin sem mas mais pero und oder aber mit von bei nach aus vor og och men
    user users customer client admin guest test support default anonymous nobody someone everyone
    everybody anyone assistant agent system operator visitor unknown human person people team
    """.split()  # noqa: SIM905
)
"""Hardly ever a name, though somebody may be called so."""

ALSO_WORDS = CALENDAR | frozenset(
    """
    will art mark bill rose grace hope faith joy dawn eve iris lily daisy violet ivy olive ruby
    pearl amber jade crystal heather holly hazel ginger basil jack frank rob bob nick pat sue drew
    chase hunter mason cooper carter chip rich rusty dusty sandy sky skye star storm rain river
    rivers brook brooks lane cliff glen dale heath forest woods wood ray rex dean duke earl king
    prince queen baron bishop pope abbot miles max guy gay gene dick penny victor norm prudence
    patience charity chastity felicity constance verity honor honour justice liberty freedom harmony
    melody carol cherry candy honey destiny trinity angel christian noble true stone rock steel cash
    price mercy bliss blossom bunny kitty buddy sunny misty stormy wolf fox bear robin jay martin
    wren finch phoenix colt buck berry apple rice bean pepper salt sugar paris london sydney austin
    dallas houston jackson madison lincoln washington chelsea brooklyn virginia georgia carolina
    florence vienna milan india china asia america jordan israel chad kenya holland ireland england
    france french english german scott small little short white black brown green gray grey gold
    golden silver blue red bush field fields hill hills ford park parks marsh banks bank bridges
    church castle house hall kitchen cook baker butcher fisher farmer miller taylor tailor smith
    carpenter gardener shepherd page ward best good love sharp wise strong power powers battle swift
    case cross bell waters wells day week newman freeman major minor chance ace rod bud don lance
    grant josh jerry peg gill barb bea clay flint gale pierce skip tab trip wade warren wayne york
    reed dove lark tiger panda coral opal garnet diamond heaven eden genesis summit piper sailor
    archer fletcher potter turner walker parker porter sawyer spencer tanner weaver webb wright
    jolly merry happy bright early rush stout savage moody hardy noel pascal easter christmas
    cruz luz sol mar paz flores rios iglesias campos leon rey reyes blanco moreno rubio delgado
    bueno casas torres ramos santos salas villa fuentes dolores pilar mercedes consuelo rosario
    soledad esperanza concepcion rosa clara alba aurora estrella victoria gloria blanca celeste alma
    salvador jesus leal calvo rojo cano guerra sierra prado silva costa rocha pinto lobo coelho
    pereira oliveira carneiro leite machado vidal valle montes rivera lago nieves amparo socorro
    remedios milagros fe caridad belen perla linda bella bonita marina selva serena viola stella
    luce bianca chiara fiore gioia rossi bruno grande forte marino monte fontana
    stein wolf berg konig koch schneider fischer weber klein lang schwarz weiss braun bauer richter
    schafer becker vogel fuchs hahn engel stern sommer winter jung alt gross kurz kaiser vogt
    kaufmann zimmermann jager muller schmidt ernst heide linde erika
    bjork sten bjorn ask ulf vik dag lund strand holm dahl gran sol mai my liv siv tor frost lind
    kim lee li long song sun hong ha hoa mai lan an anh minh ming dung bao thu tam huong do ho he
    she you we yu ma pan fan tan gang bang king sang sung hung chung ban bui cam dao han hua kong
    dong tong wan win ping sing nu min jin gun bin
    amal noor nour iman salam islam sultan amir emir malik shah khan din hope nasr
    """.split()  # noqa: SIM905
)
"""Somebody's name, and a word, a place or a month."""

COINCIDING = frozenset(
    """
    will may mark art bill rose hope faith joy grace dawn eve chase rich rusty dusty sandy sky star
    storm rain river brook lane cliff forest woods wood long short young small little black white
    brown green gray grey gold golden silver blue red bush field fields hill hills park parks bank
    banks bridges church castle house hall kitchen cook baker page ward best good love sharp wise
    strong power battle swift case cross bell waters wells day week major minor chance ace grant
    skip tab trip pat sue drew penny price stone rock steel cash april june august summer winter
    spring autumn fall friday monday sunday so do my an on in to no he she you we me king queen
    pope bishop prince fox bear wolf jay rice bean apple pepper salt sugar sweet cherry candy honey
    """.split()  # noqa: SIM905
)
"""Words that stand beside each other where nobody is meant: "the rose park", "will may"."""
