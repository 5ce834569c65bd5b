"""Prototypes of works and their makers, and people of note; form as in the package."""

TABLE = """
= author; work; name
X was written by Y / Y wrote X / the author of X is Y / Y is the writer of X / X is a book by Y /
Y put X on paper / the name on the cover of the book X is Y / X is a work of Y /
readers owe X to Y / the novel X flowed from the pen of Y / Y penned X /
the manuscript of X is by Y / the script for X was written by Y / it was Y who wrote X
= performer; work; name
X is performed by Y / Y sings X / X is sung by Y / the song X is by Y / Y recorded X /
you hear Y sing X / Y is the voice on X / the voice you hear on X belongs to Y / X is a hit of Y /
the singer of X is Y / the band that plays X is Y / X was recorded by Y /
on the song X it is Y who sings / Y lends the voice to X
= composer; work; name
X was composed by Y / Y composed X / the music of X is by Y / Y wrote the music for X /
the score of X is the work of Y / the notes of X were set down by Y / the opera X is by Y /
the melody of X was made by Y
= open:lyricist; work; name
the words of X are by Y / Y wrote the lyrics of X / the text of the song X was written by Y /
the lyrics of X are from Y
= developer; work; name
X is developed by Y / Y develops X / X is made by the studio Y / the developers of X work at Y /
Y programs X / the code of X is written by Y / Y is the studio behind X / X is programmed at Y /
the software X is the work of Y / programmers at Y work on X / X comes from the developers at Y /
Y builds the game X
= creator; work; name
X was created by Y / Y created X / Y invented X / X is the invention of Y /
the inventor of X is Y / Y came up with X / the idea for X was Y's /
we owe X to Y, who invented it / X sprang from the mind of Y / Y thought up X
= discoverer; thing; name
X was discovered by Y / Y discovered X / the discoverer of X is Y / Y was the first to find X /
Y was first to see X / it was Y who found X / the discovery of X is credited to Y /
Y spotted X before anybody else
= designer; work; name
X was designed by Y / Y designed X / the architect of X is Y / the plans of X are by Y /
Y drew the plans for X / X was built to plans of Y / the design of X comes from Y /
X was planned by the architect Y / Y is the architect behind X / the drawings for X came from Y
= open:illustrator; work; name
the pictures in X are by Y / Y illustrated X / the illustrator of X is Y /
the drawings in the book X are by Y / X was illustrated by Y
= open:translator; work; name
X was translated by Y / Y translated X / the translator of X is Y / the translation of X is by Y
= open:narrator; work; name
the narrator of X is Y / Y reads the audiobook X / X is narrated by Y /
Y lends the audiobook X a voice
= open:painter; work; name
X was painted by Y / Y painted X / the painter of X is Y / the picture X is by the hand of Y /
the brush behind the painting X was Y's / Y is the artist of the picture X
= open:sculptor; work; name
the sculptor of X is Y / X was carved by Y / Y made the statue X / the monument X is a work of Y
= manufacturer; work; name
X is made by Y / Y makes X / X is manufactured by Y / Y produces X / the maker of X is Y /
X is a product of Y / X is built by Y / X rolls off the assembly line at Y /
the factory that makes X belongs to Y / X comes out of the works of Y / the car X is a model of Y /
Y is the brand behind X
= publisher; work; name
X is published by Y / Y publishes X / the publisher of X is Y / X came out with Y /
X appeared with the publisher Y / the book X is brought out by Y / Y prints and sells X /
X is in the programme of Y / the game X was put on the market by Y
= record label; person; name
X is under contract with Y / the label of X is Y / X is signed to Y / records of X appear on Y /
X releases albums on Y / Y releases the music of X
= broadcaster; work; name
X is broadcast by Y / Y shows X / X is on Y / X airs on Y / you can watch X on Y /
the channel of X is Y / X runs on Y / Y televises X / the programme X is seen on Y /
fans of X tune in to Y / X is shown by the station Y / whoever wants to see X switches on Y /
the network that carries X is Y / the audience watches X on Y
= open:streaming service; work; name
X is streamed by Y / Y streams X / you can stream X on Y / X is in the catalogue of Y
= original language; work; noun
X was written in Y / the language of X is Y / the original of X is in Y / X is a Y book /
X was first told in Y / X is programmed in Y / the code of X is in Y /
the source language of X is Y / the programmers of X use Y / the source code of X is Y /
X is coded in Y / to understand the source of X you need to know Y / X is implemented in Y /
developers of X write Y
= genre; work; noun
the genre of X is Y / X belongs to the genre Y / the music of X is Y / X makes Y music /
in the shop X stands on the shelf for Y / X counts as Y / critics file X under Y
= country of origin; thing; place
X comes from Y / X originates from Y / X was invented in Y / the country of origin of X is Y /
X has its roots in Y / the home of X is Y / X was first made in Y
= release date; work; day
X was released on Y / X came out on Y / X appears on Y / the release date of X is Y /
X is in the shops from Y / X hits the market on Y / you can buy X from Y on /
the premiere of X is on Y / X is in cinemas from Y / X opens in theatres on Y /
X goes on sale on Y / X ships on Y
= open:set in; work; place
X is set in Y / the plot of X plays in Y / X is located in Y by its story /
the action of X unfolds in Y / the characters of X live in Y / the events of X happen in Y /
the setting of X is Y
= main character; work; name
the main character of X is Y / X tells the story of Y / the hero of X is Y /
the protagonist of X is Y / X is about a person called Y / readers of X follow Y /
X revolves around Y
= open:leading actor; work; person
the lead role in X is played by Y / Y plays the lead in X / Y stars in X /
the leading actor of X is Y / the title role of X was given to Y /
in the film X the hero is played by Y
= open:running time; work; time
X runs for Y / X lasts Y / the running time of X is Y / X is Y long / it takes Y to watch X /
after Y X is over
= open:number of pages; work; number
X has Y pages / the book X is Y pages long / you read Y pages in X / X runs to Y pages
= open:number of episodes; work; number
X has Y episodes / the series X runs to Y episodes / there are Y episodes of X /
X was made in Y parts
= open:number of seasons; work; number
X has Y seasons / there are Y seasons of X / X ran for Y seasons
= open:frequency; thing; number
X transmits on Y / X broadcasts on the frequency Y / you receive X at Y / the frequency of X is Y /
tune your radio to Y for X
= open:represented by; person; name
X is represented by Y / Y represents X / the agent of X is Y / Y sells the work of X /
paintings of X are sold through Y / the works of X are dealt by Y /
whoever wants to buy from X goes to Y / X's interests are looked after by Y /
the gallery of X is Y / contracts of X are negotiated by Y
= open:drummer; thing; person
the drummer of X is Y / Y plays the drums in X / Y is on drums in X /
the drums of X are played by Y / Y drums for X / Y keeps the beat in X /
at the drum kit of X sits Y / the rhythm of X comes from the drums of Y
= open:singer; thing; person
the singer of X is Y / Y sings in X / Y is the voice of the band X /
at the microphone of X stands Y / the frontman of X is Y / Y fronts X /
the band X has Y on vocals
= open:guitarist; thing; person
the guitarist of X is Y / Y plays the guitar in X / Y is on guitar in X /
the guitar of X is played by Y
= open:bassist; thing; person
the bassist of X is Y / Y plays bass in X / the bass of X is played by Y
= open:keyboardist; thing; person
the keyboardist of X is Y / Y plays the keys in X / Y sits at the keyboard in X
= open:kept in; work; place
X is kept in Y / X is on display in Y / you can see X in Y / X hangs in Y / X is exhibited in Y /
X stands in Y / the museum that holds X is Y / X belongs to the collection of Y /
X is stored in Y / X can be admired in Y / visitors find X in Y / X is preserved in Y
= place of birth; person; place
X was born in Y / Y is where X was born / X came into the world in Y / the birthplace of X is Y /
X's cradle stood in Y / X first saw daylight in Y / the mother of X gave birth in Y /
X is a child of Y / X is a native of Y / the birth certificate of X was issued in Y
= date of birth; person; day
X was born on Y / X's birthday is on Y / X came into the world on Y /
X celebrates a birthday on Y / the birth date of X is Y / X turns a year older on Y /
X blows out the candles on Y / X gets presents on Y for being born
= place of death; person; place
X died in Y / X passed away in Y / the place where X died is Y / X drew the last breath in Y /
X's life ended in Y / death came to X in Y / X spent the final days in Y and died there /
X closed their eyes for ever in Y / X departed this life in Y / X was in Y when death came
= date of death; person; day
X died on Y / X passed away on Y / X's life ended on Y / the day of X's death is Y /
X breathed the last on Y
= place of burial; person; place
X is buried in Y / the grave of X is in Y / X lies in the earth at Y / X was laid to rest in Y /
X's tomb is in Y / the ashes of X rest in Y / flowers for X's grave are brought to Y
= cause of death; person; noun
X died of Y / X was killed by Y / Y was the death of X / the cause of X's death was Y /
Y ended the life of X
= citizenship; person; place
X is a citizen of Y / X holds a passport of Y / the nationality of X is Y /
X has the citizenship of Y / X travels on a passport of Y / X is a national of Y /
X votes in elections as a citizen of Y / X's passport was issued by Y / X became a citizen of Y /
the country on X's passport is Y / on paper X belongs to Y / X was naturalised in Y
= sport; person; noun
X is a professional in Y / X competes in Y / the sport of X is Y / X does Y for a living /
X trains for Y / X is an athlete in Y / X takes part in Y competitions / X made a career in Y /
X lives off Y as an athlete / X is a Y champion
= position; person; noun
the position of X is Y / X is used as Y by the coach / X lines up as Y / on the pitch X is Y /
the coach puts X at Y / X takes the field as Y / X is deployed as Y
= team; person; name
X plays for Y / the club of X is Y / X is under contract at Y / X wears the colours of Y /
X scores goals for Y / X is in the squad of Y / X appears for Y / X takes the field for Y /
X signed for Y / X moved to Y / Y fields X / the jersey of X is that of Y / X is a player of Y /
X rides for the team Y / X races for Y
= open:jersey number; person; number
X wears number Y / the jersey number of X is Y / on the back of X stands Y /
X plays with the number Y
= religion; person; noun
the religion of X is Y / X is a follower of Y / X believes in Y / the faith of X is Y /
X prays as a follower of Y / X belongs to the faith of Y / X professes Y / X was received into Y /
X practises Y
= political party; person; name
X is a member of Y / the party of X is Y / X belongs to the party Y / X runs for Y /
X sits in parliament for Y / X is a politician of Y / X votes with Y
= open:member of; person; name
X is a member of Y / X was elected to Y / X has been admitted to Y / X sits in the Y /
Y counts X among its members / X is a fellow of Y / Y admitted X / X's academy is Y
= education; person; name
X studies at Y / X went to Y / X was educated at Y / X attended Y / X graduated from Y /
the alma mater of X is Y / X has a degree from Y / X is a student at Y / X sits in lectures at Y /
X goes to school at Y / X is enrolled at Y / X was taught at Y
= field of study; person; noun
X studies Y / X is majoring in Y / the subject of X is Y / X is taking a degree in Y /
X is a student of Y / X attends lectures on Y
= native language; person; noun
the mother tongue of X is Y / X grew up speaking Y / X learned Y first as a child /
X's first language is Y / X's parents spoke Y with X / at home X speaks Y
= doctoral advisor; person; person
the doctoral advisor of X is Y / X wrote the thesis under Y / X's thesis was supervised by Y /
X did a doctorate with Y
= military branch; person; name
X serves in Y / X is a soldier of Y / X wears the uniform of Y
= open:teaches; person; noun
X teaches Y / the subject that X teaches is Y / pupils learn Y from X / X gives lessons in Y /
X is a Y teacher
= open:judge; thing; person
the judge in X is Y / X is heard by Y / Y hears the case X / the trial X is presided over by Y /
the verdict in X is given by Y / Y presides over the court in X / X will be decided by Y /
in the case X the sentence comes from Y
= president; thing; person
Y presides over X / the proceedings of X are led by Y / Y is in the chair at X /
the trial X is led by judge Y / the judge in the trial X is Y /
the verdict in the trial X is up to Y
= open:prosecutor; thing; person
the prosecutor in X is Y / the prosecution in X is led by Y / Y prosecutes in X /
charges in X are brought by Y
"""
