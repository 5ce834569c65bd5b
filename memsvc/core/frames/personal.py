"""Relations of everyday life: what people tell about themselves and each other."""

from __future__ import annotations

from memsvc.core.frames.known import Known, Takes
from memsvc.core.memory import Cardinality

_MANY = Cardinality.MANY

SELF = (
    Known("name", "name|full name|first name",
          be="called|named|known as", verbs="go by the name|go by the name of|"
          "answer to the name of|listen to the name|listen to the "
          "name of|go by|!change my name"
          " to|!change his name to|!change her name to|!change its name to|!rename itself|answer to"
          " the name"),
    Known("last name", "last name|surname|family name|married name"),
    Known("maiden name", "maiden name|birth name"),
    Known("nickname", "nickname"),
    Known("pronouns", "pronouns|preferred pronouns", verbs="use the pronouns|go by the pronouns",
          takes=Takes.ANYTHING),
    Known("age", "age", verbs="!turn", takes=Takes.NUMBER),
    Known("height", "height", be="tall", verbs="stand at|measure", takes=Takes.NUMBER),
    Known("weight", "weight|body weight", verbs="weigh", takes=Takes.NUMBER),
    Known("blood type", "blood type|blood group", takes=Takes.ANYTHING),
    Known("star sign", "star sign|zodiac sign"),
    Known("hair colour", "hair color|hair colour", takes=Takes.NOUN),
    Known("eye colour", "eye color|eye colour", takes=Takes.NOUN),
    Known("shoe size", "shoe size", takes=Takes.ANYTHING),
    Known("shirt size", "shirt size|t-shirt size|tshirt size", takes=Takes.ANYTHING),
    Known("dress size", "dress size|clothing size", takes=Takes.ANYTHING),
    Known("home",
          "home|residence|place of residence|city of residence|home city|home town now|current "
          "city|current home|place to live|hometown now|city of residency|home base|domicile|"
          "current location|current residence|lives in|city where i live|residency",
          verbs="live in|sleep in the city of|have made a home in|reside in|dwell in|!move to|"
          "!relocate to|!settle in|!settle down in|!move "
          "back to|!move over to|!move out to|!move down to|!move up to|!put down roots in|make "
          "my home in|make her home in|make his home in|make their home in|!make the move to|!set "
          "up home in|!resettle in|!emigrate to|!immigrate to|live over in|live out in|live near|"
          "live up in|live down in|!move house to|!find a new home in|call home|!take up residence "
          "in|!move into a place in|!move into a flat in|!move into an apartment in|!buy a house "
          "in|rent an apartment in|rent a flat in|!rent a place in|have a home in|!transplant to|"
          "have their home in|have her home in|have his home in|live at the moment in|!uproot to|"
          "!move away to|!relocate back to",
          be="based in|a resident of|resident in|settled in|based out of|domiciled in|living in|at "
          "home in|residing in|living over in|an inhabitant of|a local in|residing at",
          of="home to|the home of|the place of residence of", takes=Takes.PLACE),
    Known("hometown", "hometown|home town",
          verbs="hail from|grow up in|originally come from|originally hail from|come originally "
          "from", be="raised in|originally from|brought up in", takes=Takes.PLACE, lasting=True),
    Known("origin", verbs="come from", be="from", takes=Takes.PLACE, lasting=True),
    Known("address", "address|home address|street address|mailing address|postal address",
          verbs="live at|!move to the address", be="living at", takes=Takes.NUMBER),
    Known("phone number", "phone number|telephone number|mobile number|cell number|number|phone|"
          "cell phone number|mobile|telephone|cell|work number|contact number",
          takes=Takes.NUMBER, be="reachable at|reachable on|reachable by phone at"),
    Known("email", "email|email address|e-mail|e-mail address|mail address|work email|contact "
          "email", takes=Takes.ANYTHING),
    Known("username", "username|user name|handle|github handle|github username|twitter handle|"
          "slack handle", takes=Takes.ANYTHING),
    Known("website", "website|web site|homepage|url", takes=Takes.ANYTHING),
)  # fmt: skip

WORK = (
    Known("employer", "employer|company|employed by|workplace|current employer|place of employment"
          "|place of work|firm|current company|work|job|employment|current workplace",
          verbs="work at|get paid by|have a desk at|clock in at|earn a salary at|work for|!join|"
          "!start working at|!start working for|!begin "
          "working at|!begin working for|!take a job at|!take a job with|!get a job at|!land a job "
          "at|!accept a job at|!accept an offer from|!accept a position at|have a job at|have a "
          "job with|!find a job at|!start a job at|!start a new job at|!start work at|!get hired "
          "by|!get hired at|!be hired by|!switch jobs to|!change jobs to|!move over to work for|"
          "hold a job at|!land a role at|!take a position at|!take a position with|!take a role at|"
          "!sign on with|earn a living at|draw a paycheck from|!be recruited by|!move jobs to|!go "
          "to work for|!find work at|!go over to|!land a position at|!take up a post at|!begin a "
          "job at|!begin a new job at|!accept a role at|!be poached by|be on the payroll of|!take "
          "up a job at|!take up a position at|!get a position at|!get a role at",
          be="employed by|employed at|working at|working for|an employee of|an employee at|on the "
          "payroll of|on staff at|on the staff of|hired by|recruited by|employed with|a member of "
          "staff at|in the employ of|a staff member at|part of the team at|with the company",
          by="employ|!hire|!recruit|!poach"),
    Known("occupation", "occupation|job title|profession|job|role|position at work|title|career|"
          "line of work|day job|work|vocation|trade|current job|current role|living",
          verbs="work as a|work as an|work as the|work as|earn money as a|earn money as an|"
          "earn her money "
          "as a|earn his money as a|earn her living as a|earn his living as a|"
          "earn my living as a|!become a|!become an|!start working as a|"
          "!start working as an|!retrain as a|!retrain as an|!get a job as a|!get a job as an|earn "
          "a living as a|earn a living as an|make a living as a|make a living as an|have a job as "
          "a|have a job as an|!be promoted to|!get promoted to|!take a job as a|!take a job as an|"
          "!start as a|!start as an|!start a job as a|!start a new job as a|!qualify as a|!qualify "
          "as an|practise as a|practice as a",
          be="employed as a|employed as an|working as a|working as an|promoted to|a practising|a "
          "trained|a qualified|by profession a|by trade a|employed as|a licensed",
          takes=Takes.JOB),
    Known("work location",
          "work location|place of work|workplace location|work city|city of work",
          verbs="work in|work in the city of|work in the town of|work out of",
          be="professionally active in", takes=Takes.PLACE),
    Known("field of work", "field of work|field|department|team at work|line",
          verbs="work in|work in the field of|specialise in|specialize in|!move into the field of",
          takes=Takes.NOUN, cardinality=_MANY),
    Known("salary", "salary|pay|annual salary|income|hourly rate|wage|yearly salary|monthly salary",
          verbs="earn|make", takes=Takes.NUMBER),
    Known("working hours", "working hours|work hours|office hours|shift|shifts|business hours|"
          "opening hours", takes=Takes.NUMBER),
)  # fmt: skip

CLOSE = (
    Known("spouse", "spouse|husband|wife|life partner|other half|better half|married to|"
          "significant other|hubby|wifey",
          be="married to|wed to|the husband of|the wife of|the spouse of|wedded to|remarried to",
          verbs="!marry|share her life with|share his life with|share my life with|"
          "!walk down the aisle with|!get married to|!wed|!tie the knot with|!remarry|"
          "!exchange vows with|have "
          "as a spouse|!say i do to|share a marriage with|!enter into marriage with",
          takes=Takes.PERSON),
    Known("partner", "partner|boyfriend|girlfriend|fiance|fiancee|fianc\xe9|fianc\xe9e|romantic "
          "partner|sweetheart",
          be="dating|engaged to|going out with|in a relationship with|seeing|together with|in love "
          "with|the partner of|the girlfriend of|the boyfriend of",
          verbs="date|go out with|!start dating|!get engaged to", takes=Takes.PERSON),
    Known("marital status", "marital status|relationship status", takes=Takes.ANYTHING),
    Known("mother", "mother|mom|mum|mommy|mummy|mama", be="the child of mother",
          takes=Takes.PERSON, lasting=True),
    Known("father", "father|dad|daddy|papa", be="fathered by", takes=Takes.PERSON, lasting=True),
    Known("child", "child|only child|kid", takes=Takes.PERSON),
    Known("children", "children|kids|son|daughter|sons|daughters|baby",
          be="the parent of|the mother of|the father of|a parent of|father of|mother of|parent of",
          verbs="have a son named|have a daughter named|have a son called|have a daughter called|"
          "have a child named", takes=Takes.PERSON, cardinality=_MANY),
    Known("siblings", "sibling|siblings|brother|sister|brothers|sisters",
          be="the brother of|the sister of|a brother of|a sister of",
          takes=Takes.PERSON, cardinality=_MANY),
    Known("friends", "friend|friends|best friends|buddy|colleague|colleagues|roommates",
          be="friends with|a friend of", takes=Takes.PERSON, cardinality=_MANY),
    Known("best friend", "best friend|bff|closest friend", be="best friends with",
          takes=Takes.PERSON),
    Known("flatmate", "flatmate|roommate|housemate", takes=Takes.PERSON),
    Known("emergency contact", "emergency contact|next of kin", takes=Takes.PERSON),
    Known("number of children", "number of children|number of kids", takes=Takes.NUMBER),
    Known("favourite team", "favourite team|favorite team|favourite club|favorite club",
          verbs="root for|cheer for|support the team", be="a supporter of"),
    Known("landlord", "landlord|landlady", verbs="rent from|pay the rent to|pay rent to",
          takes=Takes.PERSON),
    Known("doctor", "doctor|physician|gp|family doctor|primary care physician",
          takes=Takes.PERSON),
    Known("dentist", "dentist", takes=Takes.PERSON),
    Known("therapist", "therapist|psychologist|counsellor|counselor", takes=Takes.PERSON),
    Known("teacher", "teacher|tutor|music teacher|piano teacher", takes=Takes.PERSON,
          be="taught by|tutored by"),
    Known("mentor", "mentor", be="mentored by", takes=Takes.PERSON),
    Known("doctoral advisor", "doctoral advisor|advisor|adviser|phd supervisor|doctoral adviser",
          be="advised by", takes=Takes.PERSON),
)  # fmt: skip

LIFE = (
    Known("diet", "diet|dietary preference|eating habits",
          takes=Takes.ANYTHING),
    Known("allergies", "allergy|allergies|food allergy|intolerance",
          be="allergic to|intolerant to|intolerant of",
          verbs="have an allergy to|be allergic to", takes=Takes.NOUN, cardinality=_MANY),
    Known("conditions", "condition|illness|diagnosis|medical condition",
          be="diagnosed with|suffering from", verbs="suffer from", takes=Takes.NOUN,
          cardinality=_MANY),
    Known("medication", "medication|medications|medicine", be="taking medication|on medication",
          verbs="take medication", takes=Takes.NOUN, cardinality=_MANY),
    Known("hobbies", "hobby|hobbies|pastime|interest|interests|passion|skill|skills",
          be="into|interested in|passionate about|fond of|keen on|good at|a fan of|a big fan of|a "
          "huge fan of",
          takes=Takes.NOUN, cardinality=_MANY),
    Known("likes", "like|likes",
          verbs="love|like|enjoy|adore|really like|really love", takes=Takes.NOUN,
          cardinality=_MANY),
    Known("dislikes", "dislike|dislikes|pet peeve",
          verbs="dislike|hate|loathe|detest", takes=Takes.NOUN, cardinality=_MANY),
    Known("pets", "pet|pets",
          verbs="have a dog named|have a cat named|have a dog called|have a cat "
          "called|!adopt a dog named|!adopt a cat named|have a pet named|!get a dog named|!get a "
          "cat named|have a pet called|have a puppy named|have a kitten named",
          takes=Takes.NAME, cardinality=_MANY),
    Known("goals", "goal|goals|dream|aim|plan|plans", takes=Takes.ANYTHING, cardinality=_MANY),
    Known("visited", verbs="visit|!travel to|!go to|!fly to", takes=Takes.PLACE,
          cardinality=_MANY),
    Known("books read", verbs="!read|!finish reading", takes=Takes.NAME, cardinality=_MANY),
    Known("members", "member|members|participant|participants|guest|guests",
          cardinality=_MANY, takes=Takes.ANYTHING),
)  # fmt: skip

PERSONAL = SELF + WORK + CLOSE + LIFE
