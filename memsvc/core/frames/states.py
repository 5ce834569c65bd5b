"""Words that are a whole predicate: states that exclude each other, occupations, diets."""

from __future__ import annotations


def _groups(text: str) -> dict[str, tuple[str, str]]:
    """Word to the name of its group and to the state it means: "online" is "up"."""
    found = {}
    for line in text.strip().splitlines():
        name, _, states = line.strip().partition(": ")
        for same in states.split("; "):
            first, *_ = words = same.split(", ")
            for word in words:
                found[word] = (name, first)
    return found


STATES = _groups(
    """
    running: up, online, running, reachable, operational, back up, back online, live; down, offline, unreachable, not running, out of service
    open: open, opened, reopened; closed, shut, shut down
    enabled: enabled, on, turned on, switched on, activated, active; disabled, off, turned off, switched off, deactivated, inactive
    stable: stable; unstable, flaky
    done: done, finished, complete, completed; unfinished, incomplete, pending, in progress, ongoing
    approved: approved, accepted; rejected, denied, declined
    available: available, in stock, back in stock; unavailable, out of stock, sold out
    locked: locked; unlocked
    required: required, mandatory, compulsory; optional, not required
    public: public; private
    free: free, free of charge; paid
    alive: alive; dead, deceased
    supported: supported; unsupported, deprecated, retired
    healthy: healthy; unhealthy
    confirmed: confirmed; cancelled, canceled, called off
    passing: passing, green; failing, red, broken
    merged: merged; unmerged
    colour: red; blue; yellow; black; white; brown; orange; purple; pink; grey, gray; silver; gold; beige; navy; turquoise; violet; crimson; maroon; teal
    """  # noqa: E501
)
"""A thing is in one state of each group."""

PERSONAL_STATES = {
    **{
        word: ("marital status", word)
        for word in ("single", "married", "divorced", "widowed", "engaged", "separated")
    },
    "unmarried": ("marital status", "single"),
    **{
        word: ("diet", word)
        for word in ("vegetarian", "vegan", "pescatarian", "carnivore", "omnivore", "flexitarian",
                     "omnivorous", "keto", "gluten-free", "lactose-free")
    },
    "retired": ("occupation", "retired"),
    "unemployed": ("occupation", "unemployed"),
    "self-employed": ("employer", "self-employed"),
    "left-handed": ("handedness", "left-handed"),
    "right-handed": ("handedness", "right-handed"),
}  # fmt: skip
"""What is said of people by one adjective: the relation, and the value."""

PREFERENCES = {
    word: name
    for name, words in {
        "mode": "dark light",
        "seat": "window aisle middle",
        "part of day": "morning mornings afternoon afternoons evening evenings night nights",
        "indentation": "tabs spaces",
        "units": "metric imperial",
        "channel": "email emails phone call calls text texts sms slack letter whatsapp teams",
        "tone": "formal informal casual",
        "length": "short brief concise long detailed verbose terse lengthy",
        "scale": "celsius fahrenheit",
        "hot drink": "tea coffee",
    }.items()
    for word in words.split()
}
"""Words of which one preference takes one."""

BROADER = {
    broad: frozenset(sorts.split())
    for broad, sorts in {
        "doctor": "surgeon cardiologist radiologist dermatologist pediatrician paediatrician "
        "psychiatrist pathologist anaesthetist anesthesiologist neurologist oncologist gp "
        "physician gynaecologist gynecologist urologist orthopaedist",
        "physician": "surgeon cardiologist radiologist neurologist oncologist gp",
        "teacher": "professor lecturer tutor headteacher principal instructor",
        "lawyer": "solicitor barrister notary attorney prosecutor",
        "scientist": "physicist chemist biologist geologist astronomer statistician researcher",
        "engineer": "programmer developer architect",
        "developer": "programmer",
        "nurse": "midwife",
        "cook": "chef",
        "designer": "illustrator architect",
        "writer": "novelist journalist poet copywriter author",
        "musician": "violinist pianist drummer guitarist cellist singer composer",
        "driver": "courier trucker",
        "soldier": "officer",
        "artist": "painter sculptor illustrator",
    }.items()
}
"""Callings, and which others are sorts of them."""

# Full-time callings: who has another one has left the first. What people also do beside (singing,
# writing, sport) is left out.
JOBS = frozenset(
    """
    nurse teacher engineer accountant lawyer doctor surgeon dentist pharmacist architect programmer
    developer electrician plumber carpenter mechanic pilot firefighter policeman policewoman
    paramedic librarian receptionist secretary cashier waiter waitress bartender barista cook chef
    baker butcher farmer gardener driver courier postman janitor cleaner tailor hairdresser barber
    beautician realtor banker broker analyst consultant manager salesperson salesman saleswoman
    marketer recruiter administrator technician scientist chemist physicist biologist researcher
    professor lecturer psychologist psychiatrist therapist counsellor counselor veterinarian vet
    midwife optician radiologist cardiologist dermatologist pediatrician paediatrician
    physiotherapist soldier officer detective judge solicitor barrister paralegal notary auditor
    actuary economist statistician translator interpreter journalist editor copywriter designer
    illustrator plasterer welder bricklayer roofer machinist sysadmin devops tester supervisor
    foreman clerk bookkeeper nanny caregiver caretaker steward stewardess sailor fisherman miner
    geologist astronomer mathematician archaeologist surveyor planner instructor principal
    headteacher kindergartner tutor dispatcher estimator underwriter pathologist radiographer
    optometrist podiatrist osteopath concierge bellhop housekeeper florist jeweller jeweler
    watchmaker locksmith glazier upholsterer blacksmith beekeeper winemaker brewer sommelier
    """.split()  # noqa: SIM905
)
