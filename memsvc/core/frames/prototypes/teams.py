"""Prototypes of projects, teams and customers; form as in the package."""

TABLE = """
= open:deadline; thing; day
the deadline of X is Y / X must be finished by Y / X is due on Y / X has to be ready by Y /
X must be delivered by Y / X needs to be complete by Y / the last day for X is Y /
X has time until Y / everybody must be through with X by Y / X ends on Y at the latest /
work on X has to end by Y / hand in X by Y
= open:start date; thing; day
X starts on Y / X begins on Y / the start date of X is Y / X kicks off on Y /
work on X begins on Y / the first day of X is Y
= open:launch; thing; day
the launch of X is on Y / X launches on Y / X goes live on Y / X is launched on Y /
users get X on Y / X is switched on on Y
= open:code freeze; none; day
the code freeze starts on Y / no merges are allowed from Y / the freeze begins on Y /
from Y on the code is frozen / after Y nothing may be merged / the last day to merge is Y /
code is locked on Y
= open:release; thing; when
the release of X is on Y / X will be released on Y / X comes out on Y /
the next version of X appears on Y / X is published on Y
= open:budget; thing; money
the budget of X is Y / X may spend Y / X has Y to spend / X may cost Y / Y was granted for X /
X gets Y / there are Y for X / X has been given Y / X must not cost more than Y /
the money for X is Y / X has funds of Y / X can use up Y
= open:price; thing; money
the price of X is Y / X costs Y / you pay Y for X / X is sold for Y / X is yours for Y /
customers pay Y for X / X sells at Y / X goes for Y
= open:monthly fee; thing; money
the monthly fee of X is Y / X costs Y a month / X charges Y every month /
a subscription to X is Y a month
= open:project lead; thing; person
the project lead of X is Y / Y leads the project X / X is led by Y /
Y is in charge of the project X / Y steers X / Y runs the project X /
the project X is in the hands of Y / Y manages the project X
= open:tech lead; thing; person
the tech lead of X is Y / Y makes the technical decisions in X / technically X is led by Y /
Y is the technical lead of X
= open:product owner; thing; person
the product owner of X is Y / Y decides what X should do / the backlog of X is kept by Y /
Y sets the priorities of X / Y orders the backlog of X
= open:scrum master; thing; person
the scrum master of X is Y / Y moderates the ceremonies of X / Y removes obstacles for X
= open:maintainer; thing; person
the maintainer of X is Y / Y maintains X / patches for X are reviewed by Y /
pull requests to X are merged by Y / the repository X is looked after by Y
= open:reviewer; thing; person
the reviewer of X is Y / Y reviews X / X is reviewed by Y / X has to be approved by Y
= open:customer contact; thing; person
the customer contact at X is Y / at X we speak with Y / our contact at X is Y /
our counterpart at X is Y / we deal with Y at the customer X / our contact person at X is Y /
Y is whom we call at X / when we need something from X we ask Y /
on X's side Y is responsible for us / Y takes our calls at X
= open:account manager; thing; person
the account manager of X is Y / Y looks after the customer X / X is served by Y from sales
= open:assignee; thing; person
X is assigned to Y / Y works on X / the ticket X was given to Y / Y takes care of ticket X /
X is being done by Y / the assignee of X is Y
= open:reporter; thing; person
X was reported by Y / Y opened the ticket X / Y filed X
= open:priority; thing; name
the priority of X is Y / X has priority Y / X is rated Y
= open:severity; thing; name
the severity of X is Y / X was classified as Y
= open:status; thing; noun
the status of X is Y / X is in state Y / X stands at Y
= open:sla; thing; time
the SLA for X is Y / X must be solved within Y / X have to be answered in Y /
X must be fixed in Y / we promise to handle X within Y / X are to be resolved in Y /
X may stay open for Y at most / we have Y for X
= open:response time; thing; time
the response time of X is Y / X answers within Y / X responds in Y / X takes Y to answer
= open:uptime; thing; number
the uptime of X is Y / X is available Y of the time / X was up Y
= open:daily stand-up; thing; time
the daily stand-up of X is at Y / X stands up at Y / X holds its stand-up at Y /
every morning X meets at Y / each day X gathers at Y / X's daily is at Y /
X starts the day with a stand-up at Y / the team X gathers for its daily at Y
= open:sprint review; thing; when
the sprint review of X is on Y / X holds its sprint review on Y / X presents its work on Y /
X shows the results of the sprint on Y / X demonstrates what it built on Y /
the demo of X is on Y
= open:sprint planning; thing; when
the sprint planning of X is on Y / X plans its sprint on Y / X decides on the next sprint on Y
= open:retrospective; thing; when
the retrospective of X is on Y / X looks back on the sprint on Y / X holds its retrospective on Y /
X talks about what went well on Y
= open:all-hands; thing; when
the all-hands of X is on Y / everybody at X gathers on Y / the whole company X meets on Y
= open:weekly meeting; thing; when
the weekly meeting of X is on Y / X meets every week on Y / X comes together every Y /
each week X meets on Y / X gets together weekly on Y
= open:team meeting; thing; when
the team meeting of X is on Y / the team X meets on Y / X has its meeting on Y
= open:lunch; thing; time
lunch at X is at Y / X goes to lunch at Y
= open:meeting room; thing; any
the meeting room of X is Y / X meets in Y / the meetings of X are in Y / X gathers in the room Y
= open:sprint length; thing; time
sprints of X last Y / the sprint length of X is Y / X works in sprints of Y /
a sprint of X takes Y
= open:team size; thing; number
X has Y members / the team X consists of Y people / Y people work in X / there are Y of us in X
= open:slack channel; thing; name
the Slack channel of X is Y / X chats in Y / questions to X are asked in Y /
you find X on Slack in Y / X talks in the channel Y / write to X in Y
= open:issue tracker; thing; name
the issue tracker of X is Y / tickets of X are kept in Y / bugs in X are filed in Y /
X tracks its issues in Y / report bugs of X in Y
= open:mailing list; thing; email
the mailing list of X is Y / mails to X go to Y / write to all of X at Y
= open:support email; thing; email
the support address of X is Y / customers of X write to Y / help with X is available at Y /
for help with X write to Y
= open:support hotline; thing; number
the support hotline of X is Y / for help with X call Y / customers of X call Y
= open:customer number; thing; number
our customer number at X is Y / X knows us as customer Y
= open:notice period; thing; time
the notice period of X is Y / X can be cancelled with Y notice / you must give X Y notice
= open:contract ends; thing; day
the contract with X ends on Y / the contract with X runs until Y / X is under contract until Y
= open:probation; thing; time
the probation period at X is Y / new people at X are on probation for Y
= open:vacation days; thing; number
X gets Y days of vacation / employees of X have Y days off / at X you get Y days of holiday
= open:office; thing; place
the office of X is in Y / X works from Y / the team X sits in Y / X has its rooms in Y /
you find X in Y
= open:dress code; thing; noun
the dress code at X is Y / at X people wear Y
= open:working language; thing; noun
the working language of X is Y / X speaks Y at work / meetings of X are held in Y /
in X we talk Y
= open:time tracking; thing; name
hours for X are booked in Y / X tracks its time with Y
= open:payroll; thing; name
the payroll of X is done by Y / salaries at X are computed with Y
= open:caterer; thing; name
the caterer of X is Y / food for X is delivered by Y
= open:shipping company; thing; name
X ships with Y / parcels of X are delivered by Y / X sends its parcels with Y
= open:payment provider; thing; name
the payment provider of X is Y / payments at X are handled by Y / X takes card payments through Y /
X is paid through Y
= open:delivery time; thing; time
the delivery time of X is Y / X is delivered within Y / it takes Y to get X
= open:warranty; thing; time
the warranty of X is Y / X comes with a warranty of Y / X is guaranteed for Y
= open:battery life; thing; time
the battery of X lasts Y / X runs Y on one charge / X has to be charged after Y
"""
