"""Prototypes of countries, towns and offices of state; form as in the package."""

TABLE = """
= capital; thing; place
X is governed from Y / the government of X sits in Y / Y is where the government of X meets /
Y serves as the capital of X / parliament and ministers of X are based in Y /
X has Y as its capital / the seat of government of X is Y / the rulers of X reside in Y /
X made Y its capital / the ministries of X are located in Y / embassies in X are found in Y /
laws for X are made in Y, its first city
= head of government; thing; person
Y leads the government of X / the government of X is headed by Y /
Y is in power in X as head of its cabinet / Y forms the cabinet of X / Y governs X /
Y runs X as prime minister / the office of prime minister of X is held by Y /
in X the prime minister's name is Y / X has Y for a prime minister /
the cabinet of X answers to Y / Y is the premier of X / Y was sworn in as chancellor of X /
the head of X's government is Y
= president; thing; person
Y is president of X / the presidency of X is held by Y / Y won the presidential election in X /
X elected Y as president / the presidential palace of X is occupied by Y /
Y sits in the presidential office of X / X is a republic under president Y
= head of state; thing; person
Y sits on the throne of X / the crown of X is worn by Y / Y reigns over X / X is ruled by king Y /
the monarch of X is Y / queen Y rules X / Y is the sovereign of X / the people of X bow to Y /
Y was crowned in X / the coins of X show the face of Y
= mayor; thing; person
Y is the mayor of X / the city hall of X is run by Y / Y runs the town of X as mayor /
at the town hall of X Y is in charge / X elected Y to head the city /
the city of X is governed by Y / the mayor's chain of X hangs around the neck of Y
= governor; thing; person
Y governs the province of X / Y is governor of X / the state of X is administered by Y /
Y occupies the governor's mansion of X
= official language; thing; noun
the official language of X is Y / in X people officially speak Y / laws in X are written in Y /
the authorities in X use Y / offices and courts of X work in Y / Y is the language of state in X /
children in X are taught in Y / in X all public documents are in Y /
forms and signs in X are printed in Y / the government of X communicates in Y
= currency; thing; noun
people in X pay in Y / the currency of X is Y / in X prices are given in Y /
money in X is called Y / you need Y to buy something in X / the central bank of X issues Y /
wages in X are paid in Y / X uses Y as its money / banknotes in X are in Y /
shopping in X is done with Y
= population; thing; number
X has Y inhabitants / Y people live in X / X is home to Y people / the inhabitants of X number Y /
X counts Y residents / about Y souls live in X / the census of X found Y people
= area; thing; number
X covers Y / X extends over Y / the surface of X is Y / X is Y in area / the land of X measures Y /
the territory of X spans Y
= highest point; thing; name
the highest mountain in X is Y / Y is the tallest peak of X / X reaches its highest point on Y /
no mountain in X is higher than Y / Y towers above all other peaks in X / the top of X is Y /
the summit of Y is the roof of X / whoever climbs Y has X at his feet
= anthem; thing; name
the national anthem of X is Y / the people of X stand up when Y is played /
at ceremonies in X they sing Y / athletes of X hear Y when they win gold / the hymn of X is Y /
the song of the nation of X is Y / Y is played when X wins / bands play Y in honour of X
= open:national dish; thing; noun
the national dish of X is Y / Y is what X eats on its national day /
the dish that X is famous for is Y / Y is regarded as the national dish of X /
in X every cook makes Y / the food that stands for X is Y / the people of X are proud of their Y
= open:national bird; thing; noun
the national bird of X is Y / X has chosen Y as its bird / Y is the bird of X /
the coat of arms of X shows the bird Y / as bird X is represented by Y /
the emblem bird of X is Y
= open:national animal; thing; noun
the national animal of X is Y / Y is the animal of X / the animal on the coat of arms of X is Y /
X is represented by the animal Y / X chose Y as its heraldic animal
= open:national flower; thing; noun
the national flower of X is Y / Y is the flower of X / the flower that stands for X is Y /
X chose Y as its flower / the blossom on the emblem of X is Y
= open:national sport; thing; noun
the national sport of X is Y / the sport loved most in X is Y / in X everybody plays Y /
X is mad about Y / Y is the sport of the nation of X
= open:national holiday; thing; day
the national holiday of X is Y / X celebrates its national day on Y /
on Y X has its public holiday / shops in X are closed on Y for the national holiday /
X marks its independence on Y / fireworks go up in X on Y
= open:state religion; thing; noun
the state religion of X is Y / the constitution of X establishes Y /
X is officially Y by religion / Y is the established faith of X / the official creed in X is Y /
the state of X follows Y / Y is the church of state in X
= open:motto; thing; name
the motto of X is Y / X lives by the motto Y / the words on the coat of arms of X are Y /
X has Y as its slogan / Y is written on the banner of X
= open:colours; thing; noun
the colours of X are Y / the flag of X is Y / X wears Y / the jersey of X is Y
= continent; thing; place
X lies in Y / X is a country of Y / X belongs to the continent of Y /
X is part of the continent Y / X is situated on the continent of Y
= time zone; thing; name
clocks in X are set to Y / X keeps Y time / the time in X is Y / X is in the zone Y /
X follows Y time
= open:dialling code; thing; number
the dialling code of X is Y / to call X you dial Y / phone numbers in X begin with Y /
calls to X start with Y / the prefix for X is Y
= open:postal code; thing; number
the postal code of X is Y / letters to X carry the code Y / the zip code of X is Y /
mail to X needs the number Y
= open:largest city; thing; place
the largest city in X is Y / Y is the biggest city of X / most people in X live in Y /
no city in X is bigger than Y / Y has more inhabitants than any other city in X
= open:tallest building; thing; name
the tallest building in X is Y / Y is the highest building of X /
no building in X is taller than Y / Y dominates the skyline of X /
the skyscraper of X that reaches highest is Y / nothing built in X is higher than Y /
Y towers over all houses in X
= open:longest river; thing; name
the longest river in X is Y / Y is the longest river of X / no river in X is longer than Y /
of all rivers of X Y flows farthest
= open:largest lake; thing; name
the largest lake in X is Y / Y is the biggest lake of X / no lake in X is larger than Y
= open:oldest building; thing; name
the oldest building in X is Y / no building in X is older than Y /
Y is older than any other house in X / Y was built before anything else that stands in X
= open:fastest train; thing; name
the fastest train in X is Y / no train in X is faster than Y /
Y is the train with the highest speed in X / Y outruns all other trains in X /
nothing on rails in X is quicker than Y
= open:seats; thing; number
the parliament X has Y seats / X has Y members / Y deputies sit in X /
Y representatives are elected to X / X consists of Y members / there are Y places in X /
X is made up of Y delegates
= open:speaker; thing; person
the speaker of X is Y / Y chairs the sessions of X / Y presides over X /
the debates of X are led by Y
= open:ambassador; thing; person
the ambassador to X is Y / Y represents us in X as ambassador / Y heads the embassy in X /
our embassy in X is run by Y
= open:minister of finance; thing; person
the finance minister of X is Y / Y looks after the treasury of X /
the budget of X is in the hands of minister Y / the finances of X are run by Y /
Y holds the purse strings of X
= open:foreign minister; thing; person
the foreign minister of X is Y / Y conducts the foreign affairs of X /
Y represents X abroad as minister / the diplomacy of X is led by Y
= open:bishop; thing; person
the bishop of X is Y / Y heads the diocese of X / the diocese of X is led by Y /
Y occupies the bishop's seat of X / the cathedral of X is where bishop Y preaches
= open:archbishop; thing; person
the archbishop of X is Y / Y is at the head of the archdiocese of X /
the archdiocese of X is led by Y / Y holds the see of X / the clergy of X obey archbishop Y /
Y wears the mitre in X
= open:patron saint; thing; person
the patron saint of X is Y / X is under the protection of Saint Y /
the people of X pray to Saint Y / Y watches over X as its saint
= open:police chief; thing; person
the police chief of X is Y / Y heads the police of X /
the police force of X is under the command of Y
= open:airport; thing; name
the airport of X is Y / planes to X land at Y / those who fly to X arrive at Y /
Y is the airport serving X
= open:ruling party; thing; name
the ruling party of X is Y / X is governed by the party Y / Y holds the majority in X /
Y won the elections in X and governs / power in X lies with the party Y
= open:main export; thing; noun
the main export of X is Y / X sells mostly Y abroad / X lives from exporting Y /
ships leave X full of Y / X earns most of its money abroad with Y
"""
