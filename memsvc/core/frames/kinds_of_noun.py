"""Nouns that are values of one relation alone: languages, religions, sports, positions, genres."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_LISTS = {
    "continent": "africa|antarctica|asia|europe|north america|south america|oceania|australia|"
    "eurasia|the americas",
    "religion": "christianity|islam|hinduism|buddhism|judaism|sikhism|catholicism|catholic church|"
    "roman catholicism|protestantism|lutheranism|anglicanism|eastern orthodoxy|orthodoxy|"
    "methodism|calvinism|mormonism|jainism|shinto|taoism|daoism|confucianism|zoroastrianism|"
    "bahai faith|baha'i faith|atheism|agnosticism|paganism|scientology|quakerism|sunni islam|"
    "shia islam|presbyterianism|pentecostalism|baptists|anglican church|church of england",
    "language": "english|german|french|spanish|portuguese|italian|dutch|danish|swedish|norwegian|"
    "finnish|icelandic|polish|czech|slovak|slovene|slovenian|croatian|serbian|bosnian|bulgarian|"
    "romanian|hungarian|greek|turkish|russian|ukrainian|belarusian|lithuanian|latvian|estonian|"
    "albanian|macedonian|irish|welsh|scottish gaelic|gaelic|basque|catalan|galician|breton|latin|"
    "arabic|hebrew|persian|farsi|kurdish|armenian|georgian|azerbaijani|kazakh|uzbek|urdu|hindi|"
    "bengali|punjabi|tamil|telugu|marathi|gujarati|malayalam|kannada|sinhala|nepali|burmese|thai|"
    "lao|khmer|vietnamese|indonesian|malay|javanese|tagalog|filipino|chinese|mandarin|"
    "mandarin chinese|cantonese|japanese|korean|mongolian|tibetan|swahili|amharic|somali|hausa|"
    "yoruba|igbo|zulu|xhosa|afrikaans|esperanto|yiddish|maltese|luxembourgish|samoan|maori|"
    "hawaiian|quechua|guarani|sanskrit|faroese|american english|british english|python|java|"
    "javascript|typescript|rust|kotlin|scala|ruby|perl|haskell|swift|elixir|erlang|fortran|cobol",
    "sport": "football|association football|soccer|american football|australian rules football|"
    "rugby|rugby union|rugby league|basketball|baseball|softball|volleyball|beach volleyball|"
    "handball|tennis|table tennis|badminton|squash|golf|cricket|hockey|field hockey|ice hockey|"
    "lacrosse|water polo|polo|swimming|diving|rowing|sailing|surfing|cycling|triathlon|athletics|"
    "track and field|gymnastics|boxing|wrestling|judo|karate|taekwondo|fencing|archery|shooting|"
    "weightlifting|biathlon|cross-country skiing|alpine skiing|skiing|ski jumping|snowboarding|"
    "figure skating|speed skating|curling|bobsleigh|luge|motorsport|motor racing|formula one|"
    "auto racing|motorcycle racing|chess|darts|snooker|billiards|bowling|netball|gaelic football|"
    "hurling|mixed martial arts|professional wrestling|kickboxing|climbing|canoeing|equestrianism|"
    "horse racing|esports|floorball|futsal|bandy|pesapallo|sumo|skateboarding|mma",
    "position": "goalkeeper|goaltender|keeper|defender|defenceman|defenseman|midfielder|"
    "defensive midfielder|attacking midfielder|central midfielder|forward|striker|winger|"
    "centre-back|center-back|full-back|fullback|left-back|right-back|sweeper|libero|"
    "quarterback|running back|halfback|tight end|wide receiver|cornerback|safety|linebacker|"
    "lineman|offensive tackle|defensive tackle|defensive end|placekicker|kicker|punter|"
    "point guard|shooting guard|guard|small forward|power forward|center|centre|swingman|"
    "pitcher|catcher|first baseman|second baseman|third baseman|shortstop|outfielder|"
    "left fielder|right fielder|center fielder|infielder|designated hitter|relief pitcher|"
    "starting pitcher|fly-half|scrum-half|hooker|prop|lock|flanker|number eight|setter|"
    "opposite hitter|outside hitter|middle blocker|batsman|bowler|wicket-keeper|wicketkeeper|"
    "all-rounder|left winger|right winger|left wing|right wing|guard/forward|playmaker",
    "genre": "jazz|jazz rap|rock|hard rock|punk rock|punk|indie rock|alternative rock|folk|"
    "folk rock|folk music|pop|pop rock|pop music|k-pop|synth-pop|electropop|hip hop|hip hop music|"
    "hip-hop|rap|trap|r&b|rhythm and blues|contemporary r&b|soul|funk|disco|blues|country|"
    "country music|bluegrass|classical music|opera|baroque music|heavy metal|metal|death metal|"
    "black metal|thrash metal|grunge|reggae|ska|dancehall|dub|house|techno|trance|electronic|"
    "electronic music|electronica|ambient|ambient music|drum and bass|dubstep|edm|gospel|"
    "gospel music|latin pop|salsa|tango|samba|bossa nova|flamenco|swing|bebop|jazz fusion|"
    "progressive rock|psychedelic rock|new wave|rock and roll|rockabilly|chamber music|"
    "new-age music|world music|afrobeat|soft rock|jazz music|rock music|blues rock|emo|hardcore",
}  # fmt: skip
_KINDS: dict[str, str] = {noun: kind for kind, nouns in _LISTS.items() for noun in nouns.split("|")}
_LONGEST = 3
BY_RELATION = {
    "continent": "continent",
    "religion": "religion",
    "official language": "language",
    "original language": "language",
    "native language": "language",
    "sport": "sport",
    "position": "position",
    "genre": "genre",
}
"""Relations whose values are of one kind, and of which."""


def of_kind(words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Where nouns of a kind stand among words in small letters: first word, behind the last, kind.

    The longest at each place; nouns within one are left out.
    """
    at = 0
    while at < len(words):
        for end in range(min(at + _LONGEST, len(words)), at, -1):
            kind = _KINDS.get(" ".join(words[at:end]))
            if kind is not None:
                yield at, end, kind
                at = end - 1
                break
        at += 1
