"""Sentences of everyday topics, as people say them of themselves.

A memory is of the topic whose sentences it is most like.
"""

from __future__ import annotations


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().splitlines())


SENTENCES = {
    "health": _lines(
        """
        I am going to the doctor tomorrow
        My back hurts
        I had surgery on my shoulder
        The doctor prescribed new medication
        I have been diagnosed with a chronic disease
        I feel sick and have a fever
        I have trouble sleeping and I am always tired
        I am pregnant
        I am allergic to nuts
        I go to therapy for my depression
        The dentist pulled a tooth
        My blood test results came back
        I was in hospital for a week
        I broke my leg in an accident
        I can hardly see without glasses or hear well
        I want to quit smoking and drinking alcohol
        """
    ),
    "money": _lines(
        """
        I have debts that I cannot pay back
        I earn three thousand a month
        I took out a loan from the bank
        My savings account is empty
        I invest in stocks and funds
        I have to pay my taxes
        The rent and the bills are too expensive for me
        I borrowed money from a friend
        My bank account number and credit card
        I inherited money
        I got a raise in my salary
        I live on a small pension
        I lost money gambling
        I am saving for a car
        """
    ),
    "work": _lines(
        """
        I have a new job
        My boss is never satisfied
        My colleagues at the office
        I was fired from the company
        I quit my job
        I work as an engineer
        I have a job interview
        We have a deadline for the project at work
        I got promoted to manager
        I run my own company
        I work night shifts
        I had a meeting with a customer
        I am looking for work and sending applications
        My employment contract
        """
    ),
    "travel": _lines(
        """
        I am going on vacation to Spain
        We flew to New York
        I booked a hotel for our trip
        My passport and visa for the journey
        We drove across the country on a road trip
        I visited the museum and the old town in Vienna
        We spent a week at the beach on an island
        I want to see the world
        I missed my plane at the airport
        We went camping in the mountains abroad
        I am taking the train to Berlin for the weekend
        The cruise ship and the ferry
        I packed my suitcase for the holidays
        I have been to many countries
        """
    ),
    "family": _lines(
        """
        My mother is coming to visit
        My father died when I was young
        My brother and my sister
        I have two children
        My daughter and my son go to school
        My husband and I have been married for years
        My wife gave birth to a baby
        My grandparents lived in a village
        My parents got divorced
        My cousins and my uncle
        I am an only child
        The whole family met for the holidays
        My son is five years old
        My in-laws
        """
    ),
    "food": _lines(
        """
        My favourite food is pasta
        I am a vegetarian
        I don't like cheese
        We went to an Italian restaurant for dinner
        I baked a cake
        I cook soup every evening
        I eat fruit and vegetables for breakfast
        I drink coffee with milk
        I drink a glass of wine
        I love chocolate and sweets
        I don't eat meat
        I made a salad with tomatoes
        The fish tasted good
        I am on a diet and count calories
        I would like a sandwich with fries
        """
    ),
    "love": _lines(
        """
        I am in love with somebody
        My boyfriend broke up with me
        I have a new girlfriend
        We are getting engaged
        I went on a date last night
        I am single and lonely
        I cheated on my partner
        I kissed her
        """
    ),
    "home": _lines(
        """
        I moved to a new apartment
        My address is Main Street 5
        The neighbours are noisy
        I am renovating the kitchen and painting the walls
        We bought a house with a garden
        My furniture, sofa and lamp
        I am tidying up and cleaning the flat
        The heating and the lift in the building are broken
        """
    ),
    "school": _lines(
        """
        I study at the university
        I passed my exam
        My teacher gave me a bad grade
        I am writing my thesis
        I am learning a foreign language
        I dropped out of school
        I speak several languages
        I have homework to do
        """
    ),
    "sport": _lines(
        """
        I play football on Saturdays
        I go running every morning
        I go to the gym
        I watched the match on television
        I swim in a team
        My training for the marathon
        I ride my bike
        I do yoga
        """
    ),
    "leisure": _lines(
        """
        I play the piano
        I am reading a good book
        We watched a movie at the cinema
        I paint pictures
        I went to a concert of my favourite band
        I play video games and chess
        I collect coins
        I like gardening and flowers
        I like taking photographs
        """
    ),
    "faith": _lines(
        """
        I go to church
        I pray to God every day
        I am a Muslim
        I don't believe in God
        I read the Bible
        We fast during Ramadan
        """
    ),
    "politics": _lines(
        """
        I voted in the election
        I am a member of a political party
        I went to a demonstration
        I don't trust the government
        I support the new law
        """
    ),
    "law": _lines(
        """
        I was arrested by the police
        I have to go to court
        My lawyer filed a lawsuit
        I got a fine for speeding
        I was a victim of a burglary
        """
    ),
    "pets": _lines(
        """
        My dog needs a walk
        My cat is ill and we went to the vet
        I have a parrot and a hamster
        Our puppy chewed the shoes
        I feed the fish in my aquarium
        """
    ),
    "devices": _lines(
        """
        My computer is broken
        I forgot my password
        The app does not work on my phone
        The internet connection is slow
        I need a new laptop and a printer
        Please reset my account
        """
    ),
    "weather": _lines(
        """
        It is raining today
        The sun is shining
        It snowed last night
        The weather was beautiful
        A storm is coming
        """
    ),
    "contact": _lines(
        """
        My phone number and email address
        Please call me back tomorrow
        Please send me the letter
        I will be there at eight o'clock
        Remind me of the appointment
        Thank you very much for your help
        My name and date of birth
        Can you help me with a question?
        """
    ),
    "shopping": _lines(
        """
        I ordered a jacket and want to return it
        The parcel has not been delivered
        I bought new shoes and clothes
        I am wearing a dress
        My favourite colour is blue
        I have long hair and blue eyes
        My car is at the garage
        I like your product
        """
    ),
}
