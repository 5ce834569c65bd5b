"""The words that made-up sentences are filled with."""

from __future__ import annotations


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PEOPLE = _listed("""
    Ana Ben Carla David Elena Farid Grace Hugo Ines Jonas Karim Lena Marco Nadia Oscar Paula
    Quentin Rosa Samir Tessa Umar Vera Walter Xenia Yusuf Zoe Alice Boris Chloe Dario Emma Felix
    Greta Henry Irene Jakob Katja Liam Mira Nico Olga Pedro Rania Stefan Tina Ulrich Viola Wendy
    Yara Zeno Amara Bruno Clara Diego Edith Frida Gustav Hanna Ivan Julia
""")
QUALITIES = _listed("""
    new green heavy broken borrowed cheap wooden noisy tiny famous dusty warm wet yellow
    modern hidden painted precious rusty silent simple sharp soft spare stolen striped
    strange quiet fresh foreign handmade huge narrow plain portable private
    bright crooked digital folding gigantic leather missing
""")
THINGS = _listed("""
    bicycle camera guitar passport umbrella laptop carpet kettle violin mirror suitcase tent
    lamp painting notebook telescope keyboard sofa bookshelf heater ladder backpack printer
    blanket clock piano microscope ticket contract invoice recipe map letter photograph medal
    necklace watch ring jacket coat scarf helmet drone motor boat canoe surfboard racket ball
    puzzle novel dictionary diary poster statue vase candle basket hammer saw drill battery
    charger monitor speaker radio recorder projector toaster oven fridge mattress pillow curtain
    cupboard table chair bench stroller cradle aquarium birdhouse hammock wheelbarrow
""")
CITIES = _listed("""
    Lisbon Porto Madrid Lyon Geneva Milan Turin Vienna Graz Prague Brno Warsaw Gdansk Riga
    Tallinn Helsinki Oslo Bergen Malmo Aarhus Hamburg Leipzig Bremen Utrecht Ghent Dublin Cardiff
    Leeds Glasgow Boston Denver Austin Portland Toronto Montreal Lima Quito Santiago Cairo Tunis
    Nairobi Accra Dakar Amman Ankara Mumbai Delhi Hanoi Osaka Kyoto Seoul Perth Sydney
""")
PLACES = (
    "library", "school", "hospital", "bakery", "museum", "garage", "kitchen", "office", "garden",
    "theatre", "workshop", "hotel", "laboratory", "bookshop", "restaurant", "gym", "studio",
    "warehouse", "pharmacy", "clinic", "cellar", "attic", "swimming pool", "train station",
)  # fmt: skip
RELATIVES = (
    "sister", "brother", "cousin", "neighbour", "colleague", "uncle", "aunt", "teacher",
    "landlord", "best friend", "nephew", "niece", "grandmother", "manager", "flatmate", "dentist",
)  # fmt: skip
FEELINGS = (
    "happy", "nervous", "disappointed", "curious", "worried", "proud", "angry", "relieved",
    "surprised", "sad", "excited", "ashamed", "grateful", "jealous", "bored", "hopeful",
)  # fmt: skip
HABITS = (
    "play chess", "go running", "bake bread", "watch old films", "practise the violin",
    "work from home", "read the newspaper", "swim in the lake", "cook for everybody",
    "drink strong coffee", "take the night train", "paint landscapes", "learn Portuguese",
    "visit the market", "repair clocks", "walk the dog", "ride a bicycle", "write letters",
    "eat spicy food", "collect stamps", "lift weights", "sing in the choir", "grow tomatoes",
    "go sailing", "climb mountains", "study for the exam", "sleep until noon", "do yoga",
)  # fmt: skip
TIMES = (
    "last week", "last summer", "in January", "in March", "in the autumn", "before the wedding",
    "two days ago", "on Thursday evening", "at the weekend", "this morning", "after the meeting",
    "during the holidays", "a month ago", "before breakfast", "on the first of May", "yesterday",
    "at the end of the year", "after the concert", "in the middle of the night", "next Tuesday",
    "since the accident", "right after school", "over Christmas", "during the storm",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = ("six", "seven", "half past eight", "nine", "ten", "noon", "three", "five", "midnight")
