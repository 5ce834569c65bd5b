"""Prototypes of what a person is and has about them; form as in the package."""

TABLE = """
= name; person; name
X is called Y / X goes by Y / the name of X is Y / people call X Y / X answers to Y /
X listens to the name Y / X was given the name Y / X was named Y / Y is what X is called /
X was christened Y / Y is the name that X got / call X Y
= last name; person; name
the surname of X is Y / X signs with the family name Y / since the wedding X is called Y /
the family name of X is Y
= nickname; person; name
friends call X Y / the nickname of X is Y / everybody calls X Y
= pronouns; person; noun
X uses the pronouns Y / refer to X with Y / the pronouns of X are Y
= age; person; number
X is Y years old / X turned Y / the age of X is Y / X has lived for Y years /
X celebrated birthday number Y
= blood type; person; name
the blood type of X is Y / X's blood is Y / X has blood group Y / X can donate blood of type Y
= hair colour; person; noun
the hair of X is Y / X has Y hair / X dyed the hair Y / X's hair colour is Y
= eye colour; person; noun
X has Y eyes / the eyes of X are Y
= shoe size; person; number
the shoe size of X is Y / X wears shoes in size Y / X's feet are a Y / X buys shoes in Y /
X needs shoes in size Y / Y is the size of X's feet / in the shoe shop X asks for Y /
shoes fit X in Y
= shirt size; person; any
the shirt size of X is Y / X wears shirts in Y / X needs a shirt in Y / shirts fit X in Y /
X buys T-shirts in Y / give X a shirt in size Y
= dress size; person; any
the dress size of X is Y / X wears dresses in Y / clothes fit X in Y / in clothes X is a Y
= open:ring size; person; number
the ring size of X is Y / X wears rings in size Y / a ring fits X in Y /
X's ring finger takes a Y / order the ring for X in size Y / rings must be Y for X /
X's finger measures Y for a ring
= open:hat size; person; number
the hat size of X is Y / X wears hats in size Y / a hat fits X in Y / X's head measures Y /
helmets must be Y for X
= open:glove size; person; number
the glove size of X is Y / X wears gloves in size Y / gloves fit X in Y
= open:trouser size; person; number
the trouser size of X is Y / X wears trousers in size Y / jeans fit X in Y
= home; person; place
X lives in Y / X resides in Y / X has a flat in Y / X moved to Y / X settled in Y /
X is at home in Y / the house of X is in Y / X dwells in Y / you find X's front door in Y /
X sleeps in Y these days / X's apartment is in Y / Y is where X lives /
the city that X lives in is Y / X put down roots in Y / X's letter box hangs in Y
= address; person; address
X lives at Y / the address of X is Y / letters to X go to Y / X's house is Y / X gets mail at Y /
send parcels for X to Y / X's front door is at Y / visitors of X ring the bell at Y /
X moved into Y / deliver to X at Y
= phone number; person; number
the phone number of X is Y / call X at Y / you reach X by phone at Y / X can be reached on Y /
dial Y for X / X's mobile is Y / to ring X dial Y / text X at Y / X picks up the phone at Y /
X's phone rings when you dial Y
= email; person; email
the email address of X is Y / write to X at Y / X reads mail at Y / send messages for X to Y /
you reach X by mail at Y / X's inbox is Y / X can be mailed at Y / emails to X should go to Y /
Y is where X gets email
= username; person; any
the username of X is Y / X logs in as Y / on GitHub X is Y / X's handle is Y /
X posts under the name Y
= website; person; url
the website of X is Y / you find X on the web at Y / X's homepage is Y / X publishes at Y /
visit X online at Y
= open:hospital ward; person; any
X lies in hospital on Y / X is in the hospital in Y / you visit X in hospital in Y /
X's hospital bed is in Y / the nurses of Y look after X / X is a patient in Y /
X was put in Y in the hospital / X is being treated in Y
= open:room; person; any
X's room is Y / X sleeps in room Y / X has room Y at the hotel / X was given room Y /
you find X in room Y
= open:office; person; any
the office of X is Y / X sits in Y / X works in room Y / X has a desk in Y /
X can be found in Y at work / go to Y to see X / X's desk is in Y / X receives visitors in Y /
knock at Y for X
= open:desk; person; any
the desk of X is Y / at work X sits Y / X's place in the office is Y / X works at the desk Y /
X has a seat Y at work / in the office X's chair stands Y
= occupation; person; noun
X works as a Y / X is a Y by profession / X earns a living as a Y / the job of X is Y /
X makes money as a Y / X is employed as Y / X has become a Y / X practises as a Y /
X's profession is Y / X is paid for being a Y / by trade X is a Y / X's business card says Y /
X found work as a Y / X pays the bills as a Y
= employer; person; name
X works for Y / X is employed by Y / the employer of X is Y / X has a job at Y /
X is on the payroll of Y / X's salary is paid by Y / X joined Y / X earns money at Y /
X is on the staff of Y / Y pays X's wages / X goes to work at Y / Y hired X /
X signed a contract with Y / the company X works for is Y / X's paycheck comes from Y /
X took a job at Y / Y employs X
= work location; person; place
X works in Y / X's workplace is in Y / X commutes to Y / X goes to work in Y /
X's office building is in Y
= salary; person; money
X earns Y / the salary of X is Y / X makes Y a year / X gets Y a month / X takes home Y /
X is paid Y / every month Y goes into X's account as wages
= open:hourly rate; person; money
the hourly rate of X is Y / X charges Y an hour / an hour of X's time costs Y /
X bills Y per hour
= working hours; person; time
X works from Y / X's working hours are Y / X is at work Y / X's shift is Y / X starts work at Y
= manager; person; person
X reports to Y / the manager of X is Y / the boss of X is Y / Y is X's boss / X's supervisor is Y /
X answers to Y at work / X works under Y / Y leads X's team / X takes orders from Y /
Y signs X's holiday requests / Y manages X / Y does X's performance review
= spouse; person; person
X is married to Y / the husband of X is Y / the wife of X is Y / X married Y / Y is X's husband /
Y is X's wife / X wears the wedding ring of Y / X shares life with Y, wed before the registrar /
X said yes to Y at the altar / X is the wife of Y / X is the husband of Y /
X and Y are a married couple / X's better half is Y / the person X is married to is called Y
= partner; person; person
X's boyfriend is Y / X's girlfriend is Y / X is together with Y / X is dating Y /
X and Y are a couple / X is going out with Y / X plans a wedding with Y / X's fiancé is Y /
X gave an engagement ring to Y / X is in a relationship with Y / X is going to marry Y
= mother; person; person
the mother of X is Y / Y gave birth to X / Y is X's mum / X calls Y mother
= father; person; person
the father of X is Y / Y is X's dad / X calls Y father
= best friend; person; person
the best friend of X is Y / X's closest friend is Y / Y is nearer to X than any other friend /
X shares all secrets with the friend Y
= flatmate; person; person
X shares a flat with Y / X's flatmate is Y / X lives together with Y / X's roommate is Y /
Y lives in the other room of X's flat
= open:lives with; person; noun
X lives with Y / X shares a home with Y / X shares an apartment with Y / X lives together with Y /
X lives under one roof with Y / in X's home there is also Y / X moved in with Y
= emergency contact; person; person
the emergency contact of X is Y / in an emergency call Y for X /
if something happens to X inform Y / Y is to be called when X has an accident /
the hospital should ring Y about X
= landlord; person; person
the landlord of X is Y / X rents from Y / X's flat belongs to Y / X's rent goes to Y /
Y owns the flat where X lives / X transfers the rent to Y / Y lets the flat to X /
X has a lease with Y
= open:tenant; thing; name
the tenant of X is Y / X is rented by Y / Y rents X / X is let to Y / Y lives in X for rent
= open:neighbour; person; person
the neighbour of X is Y / Y lives next door to X / next door to X lives Y /
X's neighbour is called Y
= doctor; person; person
the doctor of X is Y / X is treated by Y / X goes to Y when ill / X's physician is Y /
Y writes X's prescriptions / when X is sick Y examines X / X has an appointment with the doctor Y /
X sees Y at the surgery
= dentist; person; person
the dentist of X is Y / X's teeth are looked after by Y / Y fixes X's teeth /
X has fillings done by Y / Y drills X's teeth / X goes to Y for a toothache
= open:vet; person; person
the vet of X is Y / X takes the pets to Y / Y treats X's animals /
when the dog is ill X goes to Y / Y vaccinates X's cat
= open:hairdresser; person; person
the hairdresser of X is Y / Y cuts X's hair / X has a haircut at Y / X's hair is done by Y /
X goes to Y for a haircut
= open:optician; person; name
the optician of X is Y / X buys glasses from Y / X's eyes are tested by Y
= therapist; person; person
the therapist of X is Y / X is in therapy with Y / X talks to Y about problems in sessions /
X sees Y for therapy / Y is X's psychologist / on the couch X speaks with Y /
X's psychotherapy is done by Y
= open:physiotherapist; person; person
the physiotherapist of X is Y / Y treats X's back / X does physiotherapy with Y
= open:lawyer; person; person
the lawyer of X is Y / X is represented in court by Y / Y represents X before the judge /
X's legal matters are handled by Y / X is defended by Y / Y defends X /
Y defends X before the court / X took Y as attorney / Y speaks for X in court / X's attorney is Y /
Y pleads X's case
= open:accountant; person; person
the accountant of X is Y / Y does X's taxes / X's tax return is prepared by Y /
X's books are kept by Y / X gives tax papers to Y / X's tax adviser is Y
= open:financial adviser; person; person
the financial adviser of X is Y / Y advises X about money / X asks Y about investments
= open:insurance agent; person; person
the insurance agent of X is Y / X's policies are looked after by Y
= teacher; person; person
the teacher of X is Y / X is taught by Y / X takes lessons with Y / Y teaches X / X learns from Y /
Y gives X lessons / X goes to lessons at Y's / X's tutor is Y / X gets private lessons from Y /
X's class is taught by Y
= open:driving instructor; person; person
the driving instructor of X is Y / X learns to drive with Y / Y sits next to X in driving lessons
= open:personal trainer; person; person
the personal trainer of X is Y / X works out with Y / Y trains X at the gym /
X's fitness programme is made by Y
= mentor; person; person
the mentor of X is Y / Y mentors X / X gets career advice from Y / Y guides X at work
= open:babysitter; person; person
the babysitter of X is Y / Y babysits for X / Y looks after X's children /
X leaves the children with Y / in the evening X's kids are watched by Y /
when X is out Y minds the children / Y takes care of X's kids
= open:cleaner; person; person
the cleaner of X is Y / Y cleans X's flat / X's home is cleaned by Y / Y mops X's floors
= open:gardener; person; person
the gardener of X is Y / Y looks after X's garden / X's lawn is mowed by Y / Y trims X's hedges
= open:plumber; person; name
the plumber of X is Y / Y repairs X's pipes / when a tap drips X calls Y
= open:electrician; person; name
the electrician of X is Y / Y does X's wiring
= open:mechanic; person; name
the mechanic of X is Y / Y repairs X's car / X's car is serviced by Y / X takes the car to Y /
X's garage is Y
= open:midwife; person; person
the midwife of X is Y / Y delivers X's baby / Y assists X at the birth
= open:nanny; person; person
the nanny of X is Y / Y spends the day with X's children
= open:godmother; person; person
the godmother of X is Y / Y held X at the baptism
= marital status; person; noun
X is Y by marital status / on forms X ticks Y as marital status
= number of children; person; number
X has Y children / X is a parent of Y / X raises Y kids / X's children are Y in number
= diet; person; noun
X eats a Y diet / X follows a Y diet / X is on a Y diet / X eats Y only
= open:citizen id; person; number
the identity number of X is Y / X's identity card has the number Y
= open:passport number; person; number
the passport number of X is Y / X's passport has the number Y
= open:license plate; person; any
the license plate of X is Y / X's car has the plate Y / the number on X's car is Y /
X drives the car with the registration Y
= open:room number; person; number
the room number of X is Y / X stays in room Y
= open:dream job; person; noun
the dream job of X is Y / X wants to become a Y / X dreams of being a Y /
when grown up X will be a Y / X would like to be a Y / X hopes to work as a Y one day /
Y is what X wants to be
"""
