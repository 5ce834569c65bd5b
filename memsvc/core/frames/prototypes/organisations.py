"""Prototypes of companies, clubs and their people; form as in the package."""

TABLE = """
= chief executive; thing; person
Y is the chief executive of X / Y runs X / X is run by Y / Y is at the helm of X /
the top job at X is held by Y / the boss of X is Y / Y calls the shots at X / Y heads X /
X is led by Y / Y leads the company X / Y manages the business of X /
the executive board of X is led by Y / Y sits in the chief executive's chair of X /
all executives of X answer to Y / at X the final say lies with Y / X took on Y as its chief
= chairperson; thing; person
Y chairs the board of X / the board of X is chaired by Y / Y is chairman of X /
Y presides over the board of X / the chair of X is Y / Y leads the meetings of the board of X /
the supervisory board of X is headed by Y
= chief technology officer; thing; person
Y is the chief technology officer of X / technology at X is led by Y /
Y is responsible for technology at X / Y decides on technology at X /
the engineers of X answer to Y / Y leads engineering at X
= chief financial officer; thing; person
Y is the chief financial officer of X / finances at X are run by Y /
Y is responsible for the finances of X / Y keeps the books of X / Y signs off the accounts of X /
the money of X is watched over by Y / the balance sheet of X is signed by Y
= chief operating officer; thing; person
Y is the chief operating officer of X / operations at X are run by Y /
Y is responsible for the daily business of X
= open:chief designer; thing; person
the chief designer of X is Y / design at X is led by Y / Y is head of design at X /
Y is responsible for design at X / Y decides what the products of X look like /
X's designs come from Y's studio team / the design team of X works under Y /
the look of X's products is shaped by Y / the style of X is in the hands of Y
= open:head of marketing; thing; person
the head of marketing of X is Y / marketing at X is led by Y / Y runs the campaigns of X /
Y is responsible for marketing at X
= open:head of sales; thing; person
the head of sales of X is Y / sales at X are led by Y / Y runs the sales team of X /
the sellers of X answer to Y
= open:head of research; thing; person
the head of research of X is Y / research at X is led by Y / Y directs the laboratories of X /
the scientists of X work under Y
= open:spokesperson; thing; person
the spokesperson of X is Y / Y speaks to the press for X / Y answers journalists on behalf of X /
statements for X are given by Y / press questions about X go to Y
= open:treasurer; thing; person
the treasurer of X is Y / Y keeps the money of X / Y looks after the funds of X /
the cash box of X is in the hands of Y / members of X pay their fee to Y /
Y manages the accounts of the club X
= open:secretary; thing; person
the secretary of X is Y / Y takes the minutes at X / the letters of X are written by Y /
Y keeps the records of X
= director; thing; person
Y directs X / Y is director of X / the director of the museum X is Y /
X is under the direction of Y / Y is in charge of the museum X / Y manages the institute X /
the film X was made by Y / Y shot the film X / Y sat in the director's chair for X /
the film X was directed by Y / Y staged X / behind the camera of X stood Y
= open:principal; thing; person
the principal of X is Y / Y is headmaster of X / the school X is led by Y / Y runs the school X /
teachers at X answer to Y / Y sits in the head's office at X / the headmistress of X is Y
= open:rector; thing; person
the rector of X is Y / the university X is led by Y / Y heads the university of X /
the vice chancellor of X is Y / the dean of X is Y
= open:conductor; thing; person
the conductor of X is Y / the orchestra X plays under the baton of Y / Y conducts the orchestra X /
Y stands at the podium of X / Y leads the orchestra X / the choir X sings under Y /
the musicians of X follow Y
= open:curator; thing; person
the curator of X is Y / the exhibition X was put together by Y /
Y looks after the collection of X / Y decides what is shown at X
= open:editor; thing; person
the editor of X is Y / the newspaper X is edited by Y / Y decides what X prints /
Y heads the editorial office of X / Y runs the newsroom of X / the magazine X is led by Y /
the editorials of X are signed by Y / the editor in chief of X is Y
= open:chef; thing; person
the chef of X is Y / Y cooks at the restaurant X / in the kitchen of X Y is in charge /
the kitchen of X is run by Y / the menu of X is composed by Y / dishes at X are prepared by Y
= open:host; thing; person
the host of X is Y / the show X is hosted by Y / Y presents the programme X /
Y leads viewers through X / Y asks the questions on X / on the show X guests are welcomed by Y /
the presenter of X is Y / the moderator of X is Y
= founder; thing; name
Y founded X / X was founded by Y / X goes back to Y / Y started X / X was set up by Y /
Y brought X into being / Y established X / X was the idea of Y, who started it /
X owes its existence to Y / the first to run X was Y, who built it up
= founded in; thing; day
X was founded in Y / X has existed since Y / X came into being in Y / X opened for business in Y /
X started in Y / the history of X begins in Y / X dates from Y / Y is the year in which X began /
X was established in Y
= headquarters; thing; place
X is headquartered in Y / the headquarters of X are in Y / X has its head office in Y /
X is run from Y / the main office of X is in Y / X's management sits in Y / X is based in Y /
the central office of X is located in Y / X directs its business from Y /
the company X resides in Y / the bosses of X have their offices in Y /
letters to X's management go to Y
= parent company; thing; name
X belongs to the group Y / X is a subsidiary of Y / Y is the parent company of X /
X is a division of Y / X is part of Y / Y holds all shares of X / the mother company of X is Y /
X is controlled by Y
= owner; thing; name
Y owns X / X belongs to Y / X is the property of Y / X is in the hands of Y / Y looks after X /
X is maintained by Y / Y takes care of X / Y is in charge of X / questions about X go to Y /
Y is accountable for X / whoever has trouble with X asks Y / Y keeps X running /
X is under the care of Y / Y has the responsibility for X
= industry; thing; noun
X makes its money in Y / X is active in the Y business / the industry of X is Y /
X is a Y company / X operates in the Y sector / X does business in Y
= number of employees; thing; number
X has Y employees / X employs Y people / Y people work at X / the staff of X numbers Y /
X gives work to Y people / X pays Y workers / the headcount of X is Y /
the workforce of X is Y strong
= revenue; thing; money
X has a turnover of Y / X made sales of Y / X earns Y a year / the revenue of X is Y /
X brings in Y a year / X took in Y
= stock exchange; thing; name
X is listed in Y / shares of X are traded on Y / X is quoted on the exchange of Y /
you can buy shares of X on Y
= open:hub; thing; place
the hub of X is Y / the airline X has its hub in Y / planes of X are based in Y /
flights of X meet in Y / X's passengers connect in Y / travellers on X transfer in Y /
X flies out of Y, its home airport / the main base of the airline X is Y
= open:supplier; thing; name
the supplier of X is Y / X gets its parts from Y / Y delivers to X / X buys from Y /
X is supplied by Y / Y provides X with material
= open:auditor; thing; name
the auditor of X is Y / the books of X are audited by Y / Y examines the accounts of X /
Y checks the annual report of X
= open:bank; thing; name
X banks with Y / the bank of X is Y / X has its account at Y / X keeps its money at Y /
Y holds the accounts of X / X is a customer of the bank Y / X put savings into Y /
the salary of X is paid into an account at Y / the debit card of X was issued by Y
= open:opening hours; thing; time
X is open Y / the opening hours of X are Y / X opens its doors Y / you can visit X Y /
customers are served at X Y / X receives visitors Y
= open:entrance fee; thing; money
admission to X costs Y / the entrance fee of X is Y / a ticket to X is Y /
visitors pay Y to enter X / you get into X for Y
= open:membership fee; thing; money
members of X pay Y / the membership fee of X is Y / it costs Y to be a member of X /
X charges its members Y
= head coach; thing; person
Y coaches X / the coach of X is Y / X is trained by Y / Y trains X /
Y stands on the sideline for X / the players of X listen to Y / Y picks the team of X /
the lineup of X is decided by Y / the bench of X is commanded by Y / training at X is led by Y
= captain; thing; person
Y captains X / the captain of X is Y / Y wears the armband for X / the armband of X is worn by Y /
X is led onto the pitch by Y / Y leads X as captain / the team X has Y as its skipper /
at the coin toss for X stands Y / the skipper of X is Y
= open:captain; thing; person
the ship X is commanded by Y / Y is in command of the ship X /
Y stands on the bridge of the ship X / the crew of X takes orders from Y
= open:goalkeeper; thing; person
the goalkeeper of X is Y / Y stands in goal for X / Y keeps goal for X /
the goal of X is guarded by Y / between the posts of X stands Y
= home ground; thing; name
X plays its home games at Y / the stadium of X is Y / fans of X go to Y /
Y is the home ground of X / X welcomes opponents at Y / at home X plays in Y /
the matches of X are held at Y
= sponsor; thing; name
X is sponsored by Y / the sponsor of X is Y / the shirts of X carry the logo of Y /
Y gives money to X / X advertises for Y on its jersey / Y finances X
= league; thing; name
X plays in Y / the club X competes in Y / X is in the league Y / the league of X is Y /
X faces opponents in Y
= open:venue; thing; place
X takes place at Y / X will be held at Y / the venue of X is Y / X is hosted at Y /
guests of X gather at Y / participants of X meet at Y / X is on at Y
= open:winner; thing; name
the winner of X is Y / Y won X / Y came first in X / the trophy of X went to Y /
the prize X went to Y / X was won by Y
= open:champion; thing; name
the champion of X is Y / Y holds the title in X / the title of X belongs to Y / Y is on top of X /
the reigning champion of X is Y
= open:record holder; thing; name
the record in X is held by Y / Y holds the record in X / nobody has done better in X than Y
"""
