"""Everyday topics: what a request calls them, and words that tell them.

Words tell a topic where they hardly ever stand for anything else. Lists, not rules: extend them
freely, and measure what becomes of tests/corpora/topics.json.
"""

from __future__ import annotations

from dataclasses import dataclass

from memsvc.core.topic.sentences import SENTENCES


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic; one that is `called` nothing only stands against the others.

    Called it is by words for all of it: "her salary" is not all about money.
    """

    name: str
    called: frozenset[str]
    telling: frozenset[str]
    sentences: tuple[str, ...]


def _topic(name: str, called: str, telling: str) -> Topic:
    return Topic(name, frozenset(called.split()), frozenset(telling.split()), SENTENCES[name])


TOPICS = (
    _topic(
        "health",
        """
        health healthcare medical illness illnesses sickness disease diseases condition conditions
        symptoms wellbeing
        """,
        """
        doctor physician nurse hospital clinic surgery surgeon operation diagnosis diagnose illness
        ill sick disease symptom symptoms medicine medication pill pills prescription antibiotics
        vaccine vaccinated flu fever cough migraine headache nausea asthma allergy allergic
        allergies diabetes diabetic insulin cancer tumour tumor chemotherapy depression anxiety
        therapist therapy physiotherapy physiotherapist psychiatrist dentist toothache pregnant
        pregnancy miscarriage infection injury injured fracture sprained bleeding blood cholesterol
        thyroid arthritis epilepsy insomnia scan mri ache aches pain painful chronic patient
        pharmacy inhaler crutches bandage stroke cardiologist dermatologist gynaecologist
        hypertension anaemia rash vomiting dizzy dizziness wheelchair
        """,
    ),
    _topic(
        "money",
        "money finance finances financial income spending wealth",
        """
        money bank debt debts loan loans mortgage savings salary salaries wage wages income tax
        taxes budget invest invested investment investments shares stocks pension overdraft
        overdrawn credit interest rent bankrupt bankruptcy bills euros dollars pounds afford owe
        owes owed lend lent borrowed inheritance inherited bonus refund insurance crypto bitcoin
        cheque iban paycheck instalments installments expenses repay landlord fined
        """,
    ),
    _topic(
        "work",
        "work working job jobs career employment occupation profession professional workplace",
        """
        job boss manager colleague colleagues coworker coworkers office employer employee promotion
        promoted fired hired resigned resign resignation career shift shifts deadline interview
        overtime internship startup client clients company workplace redundancy unemployed layoffs
        apprenticeship profession contract payroll freelance freelancer employment probation cv
        """,
    ),
    _topic(
        "travel",
        """
        travel travels travelling traveling trip trips journey journeys vacation vacations holiday
        holidays tourism
        """,
        """
        trip trips travel travelled traveled travelling vacation flight flights flew airport hotel
        hostel passport visa luggage suitcase tourist tourists sightseeing cruise itinerary
        backpacking airline booking booked abroad roadtrip jetlag ferry boarding
        """,
    ),
    _topic(
        "family",
        "family families relatives",
        """
        family mother mum mom father dad parents son daughter children kids child husband wife
        spouse sister brother siblings grandmother grandfather grandma grandpa grandchildren aunt
        uncle cousin cousins niece nephew twins toddler stepfather stepmother divorce divorced
        married wedding baby custody orphan adopted
        """,
    ),
    _topic(
        "food",
        "food foods eating diet diets nutrition cuisine meal meals cooking",
        """
        food eat eats eating ate meal meals breakfast lunch dinner supper cook cooks cooked cooking
        recipe recipes restaurant dish dishes pasta pizza bread cheese soup salad rice meat fish
        chicken beef pork vegetables vegetarian vegan fruit dessert cake chocolate coffee tea wine
        beer spicy bake baked baking sushi curry noodles sandwich snack snacks tomato tomatoes
        garlic onion onions olives cuisine delicious tasty mushrooms seafood gluten
        """,
    ),
    _topic(
        "love",
        "love relationship relationships dating romance",
        """
        boyfriend girlfriend dating romantic engaged fiance fiancee breakup flirting lover affair
        valentine kissed crush
        """,
    ),
    _topic(
        "home",
        "home house housing apartment flat accommodation residence",
        """
        apartment flat house address moved neighbour neighbours neighbor neighbors furniture
        renovating renovation bedroom bathroom balcony lease tenant landlord street roof postcode
        """,
    ),
    _topic(
        "school",
        "school education studies studying university college",
        """
        school university college exam exams degree thesis teacher professor lecture homework
        student classroom semester scholarship graduated graduate diploma kindergarten tutor
        """,
    ),
    _topic(
        "sport",
        "sport sports fitness training exercise workouts",
        """
        football soccer tennis basketball gym marathon swim swims swimming cycling yoga training
        workout match tournament coach jogging rowing climbing volleyball
        """,
    ),
    _topic(
        "leisure",
        "hobby hobbies leisure entertainment",
        """
        guitar piano violin choir concert band album song novel book books film films movie movies
        series painting knitting chess videogame photography theatre museum gardening pottery
        """,
    ),
    _topic(
        "faith",
        "religion religious faith belief beliefs spirituality",
        """
        church mosque synagogue temple prayer pray prays praying god religion religious bible quran
        baptised mass ramadan priest imam rabbi faith
        """,
    ),
    _topic(
        "politics",
        "politics political elections voting",
        """
        election elections vote voted votes party parliament government minister political politics
        protest demonstration referendum campaign
        """,
    ),
    _topic(
        "law",
        "legal law lawsuits crime",
        """
        court lawyer lawsuit police arrested prison judge convicted crime criminal sentence attorney
        trial testimony
        """,
    ),
    _topic(
        "pets",
        "pet pets animals",
        """
        dog dogs cat cats puppy kitten vet hamster parrot rabbit leash aquarium pet pets
        """,
    ),
    _topic(
        "devices",
        "computer computers devices software",
        """
        laptop computer phone password software printer router wifi screen login email app keyboard
        update browser
        """,
    ),
    _topic(
        "weather",
        "weather climate",
        "weather rain raining rainy sunny snow snowed storm cloudy windy forecast",
    ),
    _topic(
        "contact",
        "",
        "",
    ),
    _topic(
        "shopping",
        "",
        "",
    ),
)
