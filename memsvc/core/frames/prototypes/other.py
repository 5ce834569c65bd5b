"""Prototypes of what fills no slot, to be told apart from what does; form as in the package."""

TABLE = """
= -; any; any
X visited Y / X travelled to Y / X went to Y / X flew to Y / X spent a holiday in Y /
X has been to Y / X passed through Y / X drove to Y for the weekend / X came back from Y /
X is on a trip to Y / X met Y / X had lunch with Y / X talked to Y / X called Y / X wrote to Y /
X saw Y / X ran into Y / X is friends with Y / X knows Y / X quarrelled with Y / X thanked Y /
X invited Y / X danced with Y / X sat next to Y / X had dinner with Y yesterday /
X sent a letter to Y / X likes Y / X loves Y / X enjoys Y / X dislikes Y / X hates Y /
X is interested in Y / X is afraid of Y / X is tired of Y / X finds Y boring / X is proud of Y /
X admires Y / X respects Y / X misses Y / X is curious about Y / X is allergic to Y /
X is fond of Y / X collects Y / X knows a lot about Y / X is bigger than Y / X is older than Y /
X is better than Y / X is similar to Y / X is near Y / X borders on Y / X is next to Y /
X is north of Y / X is faster than Y / X resembles Y / X is cheaper than Y / X is opposite Y /
X is a neighbour of Y / X is an hour away from Y / X differs from Y / X won against Y /
X lost to Y / X beat Y / X defeated Y / X played against Y / X drew with Y / X competes with Y /
X is a rival of Y / X challenged Y / X scored against Y / X faces Y in the final / X sued Y /
X accused Y / X criticised Y / X praised Y / X praised the work of Y / X disagrees with Y /
X apologised to Y / X complained about Y / X warned Y / X congratulated Y /
X wrote an article about Y / X reviewed Y / X mentioned Y in a speech / X gave an interview to Y /
X was interviewed by Y / X attended the conference Y / X took part in Y / X gave a talk at Y /
X spoke at Y / X organised Y / X signed up for Y / X performed at Y / X was seen at Y /
X exhibited at Y / X was invited to Y / X celebrated Y / X bought Y / X sold Y / X ordered Y /
X lost Y / X found Y / X borrowed Y / X lent Y to a friend / X gave Y away / X repaired Y /
X broke Y / X cleaned Y / X painted the fence / X cooked Y / X ate Y for lunch today /
X drank Y last night / X received Y as a gift / X returned Y to the shop / X read Y last week /
X watched Y last night / X listened to Y yesterday / X finished Y / X started Y / X is learning Y /
X practised Y / X speaks Y / X translated Y / X quoted Y / X recommends Y / X has a copy of Y /
X dreamt of Y / X told a story about Y / X works with Y / X cooperates with Y /
X is a partner of Y / X is a customer of Y / X signed an agreement with Y / X negotiates with Y /
X merged with Y / X supports Y / X invested in Y / X opened a branch in Y / X has a factory in Y /
X has an office in Y, too / X opened another office in Y / X sells its products in Y /
X exports to Y / X has shops in Y / X depends on Y / X calls Y / X imports Y / X sends data to Y /
X reads from Y / X is compatible with Y / X supports Y / X replaced an old part /
X integrates with Y / X has a plugin for Y / X can export to Y / X was tested on Y /
X also works with Y / X has a bug / X crashed on Y / X failed on Y / X was restarted on Y /
X was slow on Y / X had an outage on Y / X processed Y events yesterday /
X received Y requests yesterday / X found Y bugs / X closed Y tickets last week / X has Y friends /
X ran Y kilometres / X waited Y / X worked Y on the problem / X read Y pages today /
X spent Y on books / X paid Y for lunch / X saved Y last month / X walked Y /
X slept Y last night / X lost Y / X won Y / X donated Y / X has been here for Y /
X has known this for Y / X bought Y apples / X answered Y questions / X drank Y cups of coffee /
X happened on Y / X took place in Y / X was discussed on Y / X was mentioned on Y /
X visited on Y / X came on Y / X left on Y / X arrived on Y / X was ill on Y / X was absent on Y /
X rained on Y / X was late on Y / X went out on Y / X cooked on Y / X repaired the car on Y /
X called on Y / X slept late on Y / X met friends on Y / X is beautiful / X is important to Y /
X is good for Y / X is made of Y / X contains Y / X tastes of Y / X looks like Y /
X sounds like Y / X reminds me of Y / X is popular in Y / X is well known in Y / X is common in Y /
X is rare in Y / X is used for Y / X is a kind of Y / X is full of Y / X is expensive in Y /
X has a sister in Y / X has a brother called Y / X has a child named Y / X has a friend named Y /
X's uncle is Y / X's cousin lives in Y / X's daughter studies in Y / X's son works at Y /
X has relatives in Y / X's grandmother came from Y / X's brother plays for Y /
X is the sister of Y / X is a cousin of Y / X is the uncle of Y / X was once in Y /
X used to live in Y / X used to work for Y / X formerly played for Y / X left Y / X quit Y /
X moved out of Y / X was dismissed by Y / X retired from Y / X was the predecessor of Y /
X followed Y in the job / X resigned from Y / X has a garden in Y / X has a dog /
X has a house by the sea in Y / X owns land in Y / X parked the car at Y / X waits at Y /
X eats at Y / X swims in Y / X hiked in Y / X stayed in Y for two weeks /
X rented a holiday home in Y / X has a summer house in Y / X won the award Y /
X received the prize Y / X was nominated for Y / X holds a medal from Y /
X got a certificate from Y / X opened Y / X closed Y / X signed Y / X rejected Y / X approved Y /
X changed Y / X deleted Y / X tested Y / X documented Y / X explained Y / X presented Y /
X improved Y / X migrated Y / X forgot Y / X asked for Y / X discussed Y / X is waiting for Y /
X is worried about Y / X fixed the bug Y / X merged the change Y / X deployed the fix on Y /
the weather in X is Y / it rained in X on Y / the streets of X are full of Y /
X is known for its Y / there are many Y in X / X lies on the river Y / X lies at the foot of Y /
a train goes from X to Y / the road from X leads to Y / X has a university named Y /
X has a museum of Y / X has a park called Y / X has a restaurant called Y / X costs more than Y /
X is worth Y / X is ready / X is broken / X is done / X is late / X is empty / X looks great /
X is a friend of the family / X means a lot to Y / X is a nice person / X is always late /
X is in a good mood on Y / X acted in Y / X appears in Y / X played a part in Y / X produced Y /
X sang a song about Y / X wrote a book about Y / X wrote a foreword to Y / X contributed to Y /
X studied the works of Y / X was influenced by Y / X is a pupil of Y / X is based on Y /
X was inspired by Y / X is a remake of Y / X is a song about Y / X tells of Y /
X is dedicated to Y / X is named after Y / X was praised by Y / X was reviewed in Y /
X was translated into Y / X was sold Y times / X was seen by Y people / X is running for Y /
X is a candidate for Y / X is campaigning for president of Y / X wants to lead Y /
X applied for a job at Y / X is in talks with Y / X was offered a post at Y /
X is nominated as head of Y / X hopes to succeed at Y / X is deputy of Y /
Y is the deputy head of X / Y is the assistant of the boss of X / Y is acting for the head of X /
X is one of the members of Y / among the staff of X is Y / one of the owners of X is Y /
one of X's friends is Y / another X is Y / X's first boss was Y / X includes Y /
X has Y among others / the husband of X's boss is Y / the doctor of X's mother is Y /
X's wife works at Y / X's sister is married to Y / X's mother lives in Y / X's father drives a Y /
X's daughter likes Y / X's friend plays for Y / X's neighbour owns a Y /
the lawyers of X sit in Y / the students of X live in Y / the youngest member of X is Y /
the deputy of X is Y / the former head of X is Y / the first head of X was Y / X got married in Y /
X was married on Y / X celebrated the wedding in Y / X retired on Y / X was presented on Y /
X was delayed until Y / X was tested by Y / X was dropped on Y / X was praised on Y / X plays Y /
X plays Y with friends / X plays Y in the evening / X took up Y / X gave up Y / X opens Y /
Y is open on X / X exposes Y / X also serves Y / X has Y / X got Y from a friend /
in production we use Y / we have Y here / X uses Y / X works with the tool Y
"""
