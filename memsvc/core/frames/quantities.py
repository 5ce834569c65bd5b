"""Numbers with units, times of day and dates: one form for all ways to write them."""

from __future__ import annotations

import re

from memsvc.core.temporal_english import MONTHS, WEEKDAYS, any_of

_UNITS = {
    word: unit
    for unit, words in {
        "km": "km kilometre kilometres kilometer kilometers kms",
        "m": "m metre metres meter meters",
        "cm": "cm centimetre centimetres centimeter centimeters",
        "mm": "mm millimetre millimetres millimeter millimeters",
        "mi": "mi mile miles",
        "ft": "ft foot feet",
        "in": "inch inches",
        "kg": "kg kilo kilos kilogram kilograms kgs kilogramme kilogrammes",
        "g": "g gram grams gramme grammes",
        "lb": "lb lbs pounds pound",
        "l": "l litre litres liter liters",
        "ml": "ml millilitre millilitres milliliter milliliters",
        "usd": "$ usd dollar dollars bucks",
        "eur": "\u20ac eur euro euros",
        "gbp": "\xa3 gbp quid",
        "%": "% percent pct",
        "s": "s sec secs second seconds",
        "min": "min mins minute minutes",
        "h": "h hr hrs hour hours",
        "d": "d day days",
        "w": "week weeks",
        "mo": "month months",
        "y": "y yr yrs year years",
        "ms": "ms millisecond milliseconds",
        "kb": "kb kilobyte kilobytes",
        "mb": "mb megabyte megabytes",
        "gb": "gb gigabyte gigabytes gigs",
        "tb": "tb terabyte terabytes",
        "rps": "rps qps",
        "rpm": "rpm",
        "c": "\xb0c celsius",
        "f": "\xb0f fahrenheit",
        "km2": "km\xb2 km2 sqkm",
        "people": "people inhabitants residents persons employees",
    }.items()
    for word in words.split()
}
_RATES = {
    "requests per second": "rps", "queries per second": "rps", "requests/second": "rps",
    "req/s": "rps", "requests per minute": "rpm", "requests/minute": "rpm",
    "kilometres per hour": "km/h", "kilometers per hour": "km/h", "kph": "km/h",
    "miles per hour": "mph", "per cent": "%",
}  # fmt: skip
_NUMBER_WORDS = {
    word: place
    for place, word in enumerate(
        """
        zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
        fifteen sixteen seventeen eighteen nineteen twenty
        """.split()  # noqa: SIM905
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
     "ninety": 90, "dozen": 12}  # fmt: skip
_SCALES = {"thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "billion": 1e9,
           "bn": 1e9, "hundred": 1e2, "trillion": 1e12}  # fmt: skip

_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d))?\s*(?P<half>[ap]\.?m\b\.?)?"
    r"(?:\s*o'?clock)?(?:\s*(?:utc|gmt|cet|est|pst|sharp))?"
)
_NAMED_TIMES = {"noon": "t12:00", "midday": "t12:00", "midnight": "t00:00"}
_MONTH = any_of(MONTHS)
_DAY_MONTH = re.compile(
    rf"(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})"
    r"(?:,? (?P<year>\d{4}))?"
)
_MONTH_DAY = re.compile(
    rf"(?P<month>{_MONTH}) (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>\d{{4}}))?"
)
_MONTH_YEAR = re.compile(rf"(?P<month>{_MONTH})(?:,? (?:of )?(?P<year>\d{{4}}))?")
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)")
_WEEKDAY = re.compile(rf"(?P<day>{any_of(WEEKDAYS)})s?")
_AMOUNT = re.compile(
    r"(?P<before>[$\u20ac\xa3]|usd|eur|gbp)?\s*(?P<number>\d[\d,]*(?:\.\d+)?)"
    r"\s*(?P<scale>thousand|million|billion|trillion|hundred|mn|bn|k(?![a-z]))?\s*"
    r"(?P<unit>[^\d\s].*)?"
)
_SPACED = re.compile(r"\s+")


def canonical(value: str) -> str:
    """One form for a time, date or quantity however written; other texts unchanged.

    The form begins with "t", "d", "w" or "n" and says what is known: hour and minute, year, month
    and day, weekday, number and unit.
    """
    return when(value) or amount(value) or value


def when(value: str) -> str:
    """The form of a time of day, date or weekday; "" for anything else."""
    named = _NAMED_TIMES.get(value)
    if named:
        return named
    iso = _ISO.fullmatch(value)
    if iso:
        return f"d{iso['year']}-{iso['month']}-{iso['day']}"
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        date = pattern.fullmatch(value)
        if date:
            return f"d{date['year'] or ''}-{MONTHS[date['month']]:02}-{int(date['day']):02}"
    month = _MONTH_YEAR.fullmatch(value)
    if month:
        return f"d{month['year'] or ''}-{MONTHS[month['month']]:02}-"
    weekday = _WEEKDAY.fullmatch(value)
    if weekday:
        return f"w{WEEKDAYS[weekday['day']]}"
    return clock(value)


def clock(value: str) -> str:
    """The form of a time of day such as "3 pm" or "15:30"; a bare number is none."""
    time = _TIME.fullmatch(value)
    if not time or not (time["minute"] or time["half"] or "clock" in value):
        return ""
    hour, minute = int(time["hour"]), int(time["minute"] or 0)
    if time["half"]:
        hour = hour % 12 + (12 if time["half"][0] == "p" else 0)
    return f"t{hour:02}:{minute:02}" if hour < 25 and minute < 60 else ""


def amount(value: str) -> str:
    """The form of a number, with its unit if it has one; "" for anything else."""
    words = value.split()
    if words and words[0] in _NUMBER_WORDS:
        value = " ".join([str(_NUMBER_WORDS[words[0]]), *words[1:]])
    found = _AMOUNT.fullmatch(value)
    if not found:
        return ""
    number = float(found["number"].replace(",", "").rstrip("."))
    number *= _SCALES.get(found["scale"] or "", 1)
    unit = _SPACED.sub(" ", (found["unit"] or found["before"] or "").strip(" .-"))
    unit = _RATES.get(unit, unit)
    unit = " ".join(_UNITS.get(word, word) for word in unit.split())
    return (
        f"n{number:g} {unit}".rstrip()
        if len(found["number"]) < 7
        else f"n{number:.0f} {unit}".rstrip()
    )
