"""Prototypes of everyday life; form as in the package."""

TABLE = """
= open:favourite colour; person; noun
the favourite colour of X is Y / X likes the colour Y best / Y is X's favourite colour /
of all colours X prefers Y / X loves Y more than any other colour / X's best-loved colour is Y /
X paints everything Y because it is the prettiest colour
= open:favourite food; person; noun
the favourite food of X is Y / X likes to eat Y best / Y is what X likes to eat most /
X's favourite dish is Y / of all meals X prefers Y / X loves Y more than any other food /
no meal pleases X more than Y / X could eat Y every day / for X there is no better food than Y /
nothing on a plate makes X happier than Y
= open:favourite drink; person; noun
the favourite drink of X is Y / X likes to drink Y best / no drink pleases X more than Y /
X's drink of choice is Y / X orders Y at the bar
= open:favourite film; person; name
the favourite film of X is Y / X likes the film Y best / no film pleases X more than Y /
X has seen Y more often than any other film / of all movies X loves Y most
= open:favourite book; person; name
the favourite book of X is Y / X likes the book Y best / no book pleases X more than Y /
of all books X loves Y most / X rereads Y more than any other book
= open:favourite band; person; name
the favourite band of X is Y / X likes the music of Y best / no band pleases X more than Y /
X listens to Y more than to any other band
= open:favourite singer; person; name
the favourite singer of X is Y / X loves the voice of Y most
= open:favourite song; person; name
the favourite song of X is Y / X likes the song Y best / no song pleases X more than Y
= open:favourite author; person; name
the favourite author of X is Y / X likes to read Y best / no writer pleases X more than Y /
of all writers X prefers Y
= open:favourite season; person; noun
the favourite season of X is Y / X likes Y best of all seasons /
the time of year X loves most is Y
= open:favourite animal; person; noun
the favourite animal of X is Y / X loves Y more than any other animal /
no animal pleases X more than Y
= open:favourite flower; person; noun
the favourite flower of X is Y / X loves Y more than any other flower /
bring X a bunch of Y, which she loves best
= open:favourite restaurant; person; name
the favourite restaurant of X is Y / X likes to eat out at Y best / X prefers to dine at Y /
no restaurant pleases X more than Y
= open:favourite sport; person; noun
the favourite sport of X is Y / X loves Y more than any other sport /
no sport pleases X more than Y
= open:favourite game; person; name
the favourite game of X is Y / X likes to play Y best / no game pleases X more than Y
= open:favourite subject; person; noun
the favourite subject of X is Y / at school X likes Y best / no lesson pleases X more than Y
= open:favourite city; person; place
the favourite city of X is Y / no city pleases X more than Y / X likes Y best of all cities
= open:favourite number; person; number
the favourite number of X is Y / X's lucky number is Y / X always bets on Y
= open:favourite ice cream; person; noun
the favourite ice cream of X is Y / X orders a scoop of Y / X likes Y ice cream best /
no flavour of ice cream pleases X more than Y
= favourite team; person; name
the favourite team of X is Y / X supports Y / X is a fan of the club Y / X's heart beats for Y /
X wears a scarf of Y to the stadium / X keeps fingers crossed for Y / X roots for Y /
X wants Y to win / the team X loves is Y
= open:laptop; person; name
the laptop of X is Y / X works on Y / X's computer is Y / X bought the laptop Y / X types on a Y /
X carries a Y in the laptop bag / X's notebook is a Y / the computer X uses is Y /
X writes code on a Y
= open:phone; person; name
the phone of X is Y / X makes calls with a Y / X's smartphone is Y / X bought the phone Y /
X carries a Y as phone
= open:car; person; name
the car of X is Y / X drives a Y / X's car is a Y / X bought a Y to drive /
in X's garage stands a Y / X goes to work in a Y / X owns a Y / X sits behind the wheel of a Y
= open:bicycle; person; name
the bicycle of X is Y / X rides a Y / X cycles on a Y / X's bike was made by Y /
X bought a bike from Y / X pedals a Y / the brand of X's bike is Y
= open:motorbike; person; name
the motorbike of X is Y / X rides a motorcycle from Y
= open:camera; person; name
the camera of X is Y / X takes pictures with a Y / X photographs with a Y /
X shoots photos on a Y
= open:guitar; person; name
the guitar of X is Y / X plays on a Y guitar
= open:watch; person; name
the watch of X is Y / X wears a Y on the wrist / X reads the time from a Y
= open:coffee machine; person; name
the coffee machine of X is Y / X brews coffee with a Y
= open:perfume; person; name
the perfume of X is Y / X smells of Y / X wears Y as a scent
= open:shampoo; person; name
the shampoo of X is Y / X washes the hair with Y
= open:browser; person; name
the browser of X is Y / X surfs the web with Y / X opens web pages in Y / X uses Y as a browser
= open:editor; person; name
the editor of X is Y / X writes code in Y / X edits files with Y / X programs in the editor Y /
X opens source files in Y
= open:operating system; person; name
the operating system of X is Y / X's computer runs Y / X installed Y on the laptop /
X's machine boots Y
= open:shell; person; name
the shell of X is Y / X types commands in Y / X's terminal runs Y
= open:keyboard layout; person; name
the keyboard layout of X is Y / X types on a Y keyboard
= open:mobile provider; person; name
the mobile provider of X is Y / X's SIM card is from Y / X has a phone contract with Y /
X makes calls on the network of Y / X's phone bill comes from Y / X's mobile contract is with Y /
Y is X's phone company / X pays Y for mobile service / X's number runs on Y
= open:internet provider; person; name
the internet provider of X is Y / X gets internet from Y / X's broadband comes from Y /
X's router was sent by Y / X surfs over a line of Y
= open:electricity provider; person; name
the electricity provider of X is Y / X buys power from Y / X's electricity comes from Y /
X's power bill comes from Y
= open:health insurance; person; name
the health insurance of X is Y / X is insured with Y / X's health insurer is Y /
Y pays X's medical bills / the doctor's invoices of X are covered by Y / X's sickness fund is Y /
the insurance card of X is from Y / X has health cover with Y / Y reimburses X for treatment
= open:car insurance; person; name
the car insurance of X is with Y / X's car is insured with Y / X insured the car at Y
= open:pension fund; person; name
the pension fund of X is Y / X saves for retirement with Y
= open:gym; person; name
the gym of X is Y / X works out at Y / X lifts weights at Y / X is a member of the gym Y /
X trains at Y
= open:supermarket; person; name
the supermarket of X is Y / X buys groceries at Y / X does the weekly shopping at Y
= open:bakery; person; name
the bakery of X is Y / X buys bread at Y
= open:pharmacy; person; name
the pharmacy of X is Y / X picks up medicine at Y
= open:school; person; name
the school of X is Y / X goes to school at Y / X is a pupil at Y / X attends Y
= open:kindergarten; person; name
the kindergarten of X is Y / X spends the mornings at the kindergarten Y /
X is looked after at the nursery Y
= open:church; person; name
the church of X is Y / on Sundays X prays at Y / X goes to mass at Y
= open:book club; person; name
the book club of X reads Y / X is in the book club Y
= open:currently reading; person; name
X is reading Y / X is in the middle of the book Y / the book on X's bedside table is Y
= open:password manager; person; name
the password manager of X is Y / X keeps passwords in Y / X stores logins in Y
= open:email provider; person; name
the email provider of X is Y / X's mailbox is hosted by Y
= open:smokes; person; noun
X smokes Y / X is a smoker of Y / what X smokes is Y / X lights Y / X puts a match to Y /
X's tobacco is Y / X's smoke of choice is Y
= open:drinks tea with; person; noun
X drinks tea with Y / X takes tea with Y / X puts Y in the tea / X stirs Y into the tea /
X likes Y in the tea / X has the tea with Y / the tea of X is served with Y
= open:drinks coffee with; person; noun
X drinks coffee with Y / X takes coffee with Y / X puts Y in the coffee / X likes Y in the coffee /
X orders coffee with Y / the coffee of X is made with Y
= open:has steak; person; noun
X likes the steak Y / X orders the steak Y / the steak of X should be Y / X has eggs Y
= open:commutes by; person; noun
X goes to work by Y / X commutes by Y / X takes the Y to work / X gets to the office by Y /
X travels to work on the Y
= open:heating; person; noun
X heats with Y / X's house is heated with Y / X's heating runs on Y
= open:sleeps; person; time
X goes to bed at Y / X's bedtime is Y / X is in bed by Y / X turns off the light at Y /
X sleeps from Y
= open:gets up; person; time
X gets up at Y / X's alarm rings at Y / X wakes at Y / X starts the day at Y / X rises at Y /
the alarm clock of X is set to Y
= open:curfew; person; time
the curfew of X is Y / X must be home by Y / X has to be back at Y / X is allowed out until Y /
X's parents expect X home at Y / X may stay out until Y / at Y X must be in the house
= open:rent; person; money
the rent of X is Y / X pays Y for the flat / X's flat costs Y a month / X pays Y in rent /
every month X transfers Y for the apartment / X's apartment is rented for Y
= open:pocket money; person; money
the pocket money of X is Y / X gets Y in pocket money / X's allowance is Y
= open:mortgage; person; money
the mortgage of X is Y / X pays Y to the bank for the house
= open:meeting; person; when
the meeting of X is on Y / X is in a meeting on Y / X has a meeting on Y /
X sits together with colleagues on Y / X gets together on Y / the weekly meeting of X is on Y /
every week X meets on Y
= open:dentist appointment; person; when
the dentist appointment of X is on Y / X goes to the dentist on Y /
X has to be at the dentist on Y / X's teeth are checked on Y / the dentist sees X on Y /
X is at the dental surgery on Y / X sits in the dentist's chair on Y /
the dentist is waiting for X on Y
= open:doctor's appointment; person; when
the doctor's appointment of X is on Y / X goes to the doctor on Y / the doctor sees X on Y /
X has to be at the doctor's on Y / X will be examined on Y
= open:hairdresser appointment; person; when
the hairdresser appointment of X is on Y / X has a haircut on Y / X gets the hair cut on Y
= open:job interview; person; when
the job interview of X is on Y / X has an interview on Y / X will be interviewed on Y /
X presents himself to the company on Y
= open:exam; person; when
the exam of X is on Y / X sits the exam on Y / X takes the test on Y / X is examined on Y /
X will be tested on Y
= open:driving test; person; when
the driving test of X is on Y / X takes the driving test on Y
= open:piano lesson; person; when
the piano lesson of X is on Y / X has piano lessons on Y / X goes to the piano teacher on Y /
X practises with the piano teacher on Y / X sits at the piano with the teacher on Y
= open:guitar lesson; person; when
the guitar lesson of X is on Y / X has guitar lessons on Y / X goes to the guitar teacher on Y
= open:swimming lesson; person; when
the swimming lesson of X is on Y / X goes swimming with the teacher on Y
= open:yoga class; person; when
the yoga class of X is on Y / X does yoga on Y / X goes to yoga on Y /
X unrolls the yoga mat on Y
= open:choir practice; person; when
the choir practice of X is on Y / X sings in the choir on Y / X rehearses with the choir on Y
= open:football training; person; when
the football training of X is on Y / X trains with the team on Y
= open:therapy session; person; when
the therapy session of X is on Y / X goes to therapy on Y
= open:train; person; when
the train of X leaves at Y / X's train goes at Y / X takes the train at Y
= open:wedding; person; when
the wedding of X is on Y / X gets married on Y / X marries on Y / X says yes on Y /
X walks to the altar on Y
= open:holiday; person; when
the holiday of X begins on Y / X goes on holiday on Y / X is off from Y
= open:moving day; person; when
X moves house on Y / the removal van comes to X on Y
= open:party; person; when
the party of X is on Y / X celebrates on Y / X gives a party on Y / guests come to X on Y
= open:cleaning lady come; person; when
the cleaning lady of X comes on Y / X's flat is cleaned on Y / on Y the cleaner is at X's /
the cleaning woman works at X's on Y / X has the rooms cleaned on Y /
Y is when the cleaner comes to X
= open:school bus leave from; person; place
the school bus of X leaves from Y / X boards the school bus at Y / X takes the school bus at Y /
the school bus picks X up at Y / X waits for the school bus at Y / X catches the school bus at Y
= open:bus stop; person; place
the bus stop of X is Y / X gets on the bus at Y / X catches the bus at Y
= open:day off; person; when
the day off of X is Y / X does not work on Y / X is free on Y / X stays home on Y
= open:garbage collection; none; when
the rubbish is collected on Y / the bins are emptied on Y / garbage day is Y /
put out the bins on Y
= open:wifi password; none; any
the wifi password is Y / to get on the wifi type Y / the wireless key is Y /
log in to the wifi with Y
= open:door code; none; number
the door code is Y / to open the door type Y / enter Y at the door /
the keypad at the entrance wants Y
= open:alarm code; none; number
the alarm code is Y / the alarm is switched off with Y
"""
