"""Relations of works and their makers, and of people of note."""

from __future__ import annotations

from memsvc.core.frames.known import Known, Takes
from memsvc.core.memory import Cardinality

WORKS = (
    Known("developer", "developer|software developer|game developer|developed by|development "
          "company|development studio",
          be="developed by|programmed by|coded by",
          by="develop|!come up with", lasting=True),
    Known("creator", "creator|created by|inventor|invented by|originator|mastermind",
          be="created by|invented by|conceived by|devised by|the creation of|the invention of|"
          "dreamed up by|thought up by",
          by="create|invent|conceive|devise|dream up|think up", lasting=True),
    Known("author", "author|writer|written by|novelist|authored by",
          be="written by|authored by|penned by|a book by|a novel by|a work by|from the pen of|"
          "a poem by|a play by|the work of",
          by="write|author|pen", lasting=True),
    Known("discoverer", "discoverer", be="discovered by", by="discover", lasting=True),
    Known("designer", "designer|architect|designed by", be="designed by", by="design",
          lasting=True),
    Known("composer", "composer|composed by|songwriter", be="composed by|a composition by",
          by="compose", lasting=True),
    Known("performer",
          "performer|performed by|singer|recording artist|musical artist|artist|vocalist",
          be="performed by|sung by|recorded by|a song by|an album by|a single by|a track by|a song "
          "of|a hit by|a recording by|a tune by|played by the band",
          by="perform|record|sing", lasting=True),
    Known("manufacturer",
          "manufacturer|maker|producer|manufactured by|produced by|made by|production company|"
          "built by|carmaker|automaker|manufacturing company",
          be="manufactured by|produced by|made by|built by|a product of|a car by|a model by|"
          "assembled by|put out by|turned out by",
          by="manufacture|produce|make|build|assemble", lasting=True),
    Known("publisher", "publisher|published by|publishing house|video game publisher",
          be="published by|put out by the publisher", by="publish", lasting=True),
    Known("record label", "record label|label|music label|recording label",
          be="signed to|signed with|released on the label|under contract with the label",
          verbs="!sign to|!sign with the label"),
    Known("broadcaster",
          "broadcaster|original broadcaster|original network|network|tv network|television "
          "network|channel|broadcasting network|home network|broadcast by|"
          "broadcasting company|station|original channel",
          be="broadcast by|seen on|aired by|broadcast on|aired on|shown on|televised by|"
          "televised on|"
          "originally broadcast by|originally aired on|originally broadcast on|originally aired "
          "by|originally shown on|a show on|screened on|screened by|carried by|first aired on|"
          "first broadcast on|first broadcast by|first aired by|first shown on",
          verbs="air on|run on|originally air on|originally run on|first air on|premiere on|"
          "originally premiere on|debut on",
          by="broadcast|air|originally air|originally broadcast|televise|first air|first "
          "broadcast", lasting=True),
    Known("original language", "original language|language of the original|original language of "
          "film or tv show|language of work or name|language|programming language|implementation "
          "language|coding language|language of implementation|source language",
          be="originally written in|originally in|written in|filmed in|programmed in|coded in|"
          "implemented in|ported to|rewritten in|translated from", lasting=True),
    Known("genre",
          "genre|music genre|musical genre|type of music|style of music|kind of music|musical "
          "style|style|literary genre|music style",
          verbs="play the music genre|perform the music genre|make the music genre",
          be="in the genre of|of the genre|a work of the genre", takes=Takes.NOUN),
    Known("country of origin",
          "country of origin|origin country|origin|place of origin|home country",
          be="created in the country of|made in the country of|invented in the country of|produced "
          "in the country of|developed in the country of|originally from the country of|created "
          "in|invented in|developed in|a product of the country of",
          verbs="originate in|originate from|come from the country of|have its origins in|have "
          "its origin in|hail from the country of|!originate in the country of|!originate from "
          "the country of|have its roots in|be created in|!emerge in|trace its origins to|trace "
          "its origin to|trace its roots to|come out of",
          takes=Takes.PLACE, lasting=True),
    Known("release date", "release date|publication date|date of publication|launch date|release "
          "year|premiere date|date of release",
          be="released on|released in|published in|published on", takes=Takes.DATE, lasting=True),
    Known("license", "license|licence|software license|software licence",
          be="licensed under|released under|licenced under|distributed under"),
    Known("operating system", "operating system|os", verbs="run on the operating system"),
    Known("sequel", "sequel", lasting=True),
    Known("series", "series|book series|film series", be="part of the series", lasting=True),
    Known("main character", "main character|protagonist|lead character", lasting=True),
    Known("cast member", "cast member|star", be="starring", by="star in",
          cardinality=Cardinality.MANY),
)  # fmt: skip

NOTABLE = (
    Known("place of birth", "place of birth|birthplace|city of birth|birth place|town of birth|"
          "native city|native town|hometown of birth|country of birth|birth city",
          be="born in|born at|a native of|native to",
          verbs="come into the world in|!enter the world in|first see the light of day in",
          of="the birthplace of|the place of birth of", takes=Takes.PLACE, lasting=True),
    Known("date of birth", "date of birth|birth date|birthdate|birthday|dob|year of birth|birth "
          "year", be="born on|born", takes=Takes.DATE, lasting=True),
    Known("place of death", "place of death|city of death|death place",
          verbs="!die in|!pass away in|meet their end in", takes=Takes.PLACE, lasting=True),
    Known("date of death", "date of death|death date|year of death",
          verbs="!die on|!pass away on", takes=Takes.DATE, lasting=True),
    Known("place of burial", "place of burial|burial place|resting place|final resting place",
          be="buried in|buried at|interred in|interred at|laid to rest in|laid to rest at",
          takes=Takes.PLACE, lasting=True),
    Known("cause of death", "cause of death", verbs="!die of|!die from|!succumb to",
          takes=Takes.NOUN, lasting=True),
    Known("citizenship",
          "country of citizenship|citizenship|nationality|nation of citizenship|passport country",
          be="a citizen of|citizen of|a national of|a subject of|a naturalized citizen of|a "
          "naturalised citizen of|a passport holder of|a citizen of the country of",
          verbs="hold citizenship of|hold the citizenship of|have citizenship of|have the "
          "citizenship of|hold citizenship in|have citizenship in|hold a passport of|hold a "
          "passport from|!become a citizen of|hold the nationality of|!take the citizenship of|"
          "!acquire citizenship of|!acquire the citizenship of|possess citizenship of|carry a "
          "passport from|!obtain citizenship of|!obtain citizenship in|hold nationality of|!gain "
          "citizenship of|!take citizenship of",
          takes=Takes.NAME),
    Known("sport", "sport|sports discipline|type of sport|sporting discipline|discipline",
          be="associated with the sport of|a professional in the sport of|"
          "a position in the sport of|a player in the sport of|"
          "linked to the sport of|linked with the sport of|involved in the sport of|connected with "
          "the sport of|known in the sport of|tied to the sport of|a figure in the sport of|active "
          "in the sport of|associated with the game of|a role in the sport of|a term in the sport "
          "of|part of the sport of|from the sport of|in the sport of|connected to the sport of",
          verbs="belong to the sport of|compete in|compete professionally in|play the sport of|"
          "practise the sport of|practice the sport "
          "of|compete in the sport of|participate in the sport of|take part in the sport of|"
          "represent the sport of|!take up the sport of|!switch to the sport of",
          takes=Takes.NOUN),
    Known("position",
          "position|playing position|position on the field|position played|position played on team"
          "|position played on team speciality|field position|position on the pitch|position on "
          "the team|role on the team|speciality|role on the field",
          verbs="play the position of|play in the position of|play at the position of|play as a|"
          "play as an|play as the|play as|fill the position of|!switch to the position of|!move to "
          "the position of|line up as a|line up as an|feature as a|feature as an|operate as a|"
          "operate as an|play in the role of|take the field as a|take the field as an|line up as|"
          "line up at|be deployed as|occupy the position of|!be converted to",
          be="deployed as a|deployed as an|used as a|used as an|fielded as a|fielded as an|"
          "deployed as|fielded as|positioned as a|positioned as an|positioned at",
          takes=Takes.NOUN),
    Known("team", "team|club|football club|current team|current club|member of sports team|sports "
          "team|side", verbs="play for|wear the shirt of|wear the jersey of|line up for|"
          "play its football for|!sign for|!transfer to|turn out for|"
          "represent the team|suit up for|be a player for|compete for|!join the team",
          be="transferred to|a player for|a player of|on the roster of|a member of the team|under "
          "contract at"),
    Known("league", "league|division|competition", verbs="play in the league|compete in the league"
          "|play in the division", be="a member of the league|promoted to|relegated to"),
    Known("religion", "religion|faith|religious affiliation|belief|denomination|religious faith|"
          "religion or worldview",
          be="affiliated with the religion of|a follower of|an adherent of|a believer in|a member "
          "of the religion of|associated with the religion of|converted to|a practitioner of",
          verbs="!convert to|practise the religion of|practice the religion of|follow the religion "
          "of|adhere to the religion of|belong to the religion of|profess|adhere to"),
    Known("education", "alma mater|university|educated at|school|college|place of education|"
          "university attended|education|place of study",
          be="educated at|schooled at|an alumnus of|an alumna of|a graduate of|a student at|"
          "enrolled at|enrolled in|an alum of|taught at the university of",
          verbs="study at|!graduate from|attend the university|!go to university at|!get a degree "
          "from|!get their degree from|!receive a degree from|!earn a degree from|go to school at|"
          "!earn their degree at|!receive an education at|attend|!enrol at|!enroll at|!transfer to "
          "the university|!obtain a degree from|!take a degree at",
          of="the alma mater of", lasting=True),
    Known("field of study", "field of study|major|degree subject|course of study|subject",
          be="majoring in|pursuing a degree in", verbs="major in|study for a degree in",
          takes=Takes.NOUN),
    Known("notable work",
          "notable work|most famous work|best-known work|best known work|most notable work|"
          "masterpiece|famous work|claim to fame|magnum opus|signature work|main claim to fame|"
          "best-known creation",
          be="famous for|best known for|known for|renowned for|most famous for|celebrated for|"
          "noted for|best remembered for|well known for|remembered for|widely known for|most "
          "notable for|chiefly known for|mostly known for|primarily known for|mainly known for",
          verbs="!become famous for|!become known for|owe their fame to|owe his fame to|owe her "
          "fame to|!rise to fame with|!rise to fame for|!gain fame for|!gain fame with"),
    Known("political party", "political party|party|party membership",
          be="a member of the party", verbs="belong to the party"),
    Known("award", "award", verbs="!win the|!receive the", cardinality=Cardinality.MANY),
    Known("instrument", "instrument", verbs="play the", takes=Takes.NOUN,
          cardinality=Cardinality.MANY),
    Known("military branch", "military branch|branch of service",
          verbs="serve in the"),
    Known("native language", "native language|mother tongue|first language"),
    Known("languages", "languages|language spoken|languages spoken|spoken languages|spoken language"
          "|languages spoken written or signed",
          verbs="speak|be fluent in", be="fluent in", cardinality=Cardinality.MANY),
)  # fmt: skip

WORKS_AND_PEOPLE = WORKS + NOTABLE
