"""Places that hold others: a city and its country do not exclude each other."""

from __future__ import annotations

_COUNTRIES = """
afghanistan|albania|algeria|andorra|angola|argentina|armenia|australia|austria|azerbaijan|bahamas|
bahrain|bangladesh|barbados|belarus|belgium|belize|benin|bhutan|bolivia|bosnia|
bosnia and herzegovina|botswana|brazil|brunei|bulgaria|burkina faso|burundi|cambodia|cameroon|
canada|cape verde|chad|chile|china|colombia|comoros|congo|costa rica|croatia|cuba|cyprus|czechia|
czech republic|denmark|djibouti|dominican republic|ecuador|egypt|el salvador|england|eritrea|
estonia|eswatini|ethiopia|fiji|finland|france|gabon|gambia|germany|ghana|great britain|greece|
grenada|guatemala|guinea|guyana|haiti|honduras|hungary|iceland|india|indonesia|iran|iraq|ireland|
israel|italy|ivory coast|jamaica|japan|jordan|kazakhstan|kenya|kosovo|kuwait|kyrgyzstan|laos|
latvia|lebanon|lesotho|liberia|libya|liechtenstein|lithuania|madagascar|malawi|malaysia|maldives|
mali|malta|mauritania|mauritius|mexico|moldova|mongolia|montenegro|morocco|mozambique|myanmar|
namibia|nepal|netherlands|new zealand|nicaragua|niger|nigeria|north korea|north macedonia|
northern ireland|norway|oman|pakistan|palestine|panama|papua new guinea|paraguay|peru|philippines|
poland|portugal|puerto rico|qatar|romania|russia|rwanda|samoa|saudi arabia|scotland|senegal|serbia|
seychelles|sierra leone|slovakia|slovenia|somalia|south africa|south korea|south sudan|spain|
sri lanka|sudan|suriname|sweden|switzerland|syria|taiwan|tajikistan|tanzania|thailand|togo|tonga|
trinidad and tobago|tunisia|turkey|turkmenistan|uganda|ukraine|united arab emirates|uae|
united kingdom|uk|united states|united states of america|us|usa|america|uruguay|uzbekistan|
vanuatu|venezuela|vietnam|wales|yemen|zambia|zimbabwe|holland|britain|korea|scandinavia
"""
_REGIONS = """
alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|hawaii|idaho|
illinois|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|
mississippi|missouri|montana|nebraska|nevada|new hampshire|new jersey|new mexico|north carolina|
north dakota|ohio|oklahoma|oregon|pennsylvania|rhode island|south carolina|south dakota|tennessee|
texas|utah|vermont|virginia|west virginia|wisconsin|wyoming|ontario|quebec|british columbia|
alberta|manitoba|nova scotia|bavaria|saxony|hesse|catalonia|andalusia|tuscany|sicily|lombardy|
brittany|normandy|provence|cornwall|kent|yorkshire|devon|queensland|new south wales|tasmania
"""
_CONTINENTS = """
africa|antarctica|asia|europe|north america|south america|oceania|latin america|central america|
middle east|eu|western europe|eastern europe|southeast asia
"""

LEVELS = {
    " ".join(place.split()): level
    for level, places in (
        ("country", _COUNTRIES), ("region", _REGIONS), ("continent", _CONTINENTS),
    )
    for place in places.replace("\n", "").split("|")
}  # fmt: skip


def level(place: str) -> str:
    """Of what size a place is: "country", "region", "continent"; "" for all smaller ones."""
    return LEVELS.get(place, "")
