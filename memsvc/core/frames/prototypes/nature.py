"""Prototypes of landscape, sky and buildings; form as in the package."""

TABLE = """
= open:crosses; thing; name
X crosses Y / X spans Y / X leads over Y / under X flows Y / X is a bridge over Y /
from X you see Y below / Y flows beneath X / X takes the road across Y /
whoever walks over X has Y under his feet / the water under X is Y / X bridges Y
= open:flows into; thing; name
X flows into Y / X empties into Y / the mouth of X is in Y / X ends in Y /
the waters of X reach Y / X joins Y / X pours its waters into Y
= open:source; thing; place
X rises in Y / the source of X is in Y / X springs from Y / X begins in Y /
the spring of X lies in Y
= open:orbits; thing; name
X orbits Y / X circles Y / X goes round Y / X is in orbit around Y / X travels around Y /
the orbit of X is around Y / X revolves around Y / the probe X is flying around Y /
X is a satellite of Y
= open:orbital period; thing; time
the orbital period of X is Y / X goes round its star in Y / X completes an orbit in Y /
one year on X lasts Y / X takes Y for one orbit / X returns every Y /
it takes X Y to circle the sun / X comes back after Y / for one lap around the sun X needs Y
= height; thing; number
X is Y tall / X is Y high / the height of X is Y / X rises Y / X stands Y tall /
X reaches up to Y / from head to foot X measures Y / the summit of X is at Y /
X measures Y from the ground to the top
= open:length; thing; number
X is Y long / the length of X is Y / X stretches over Y / from end to end X measures Y /
X extends for Y
= open:depth; thing; number
X is Y deep / the depth of X is Y / X goes down to Y / the bottom of X lies Y below /
at its deepest X measures Y
= open:width; thing; number
X is Y wide / the width of X is Y / from side to side X measures Y
= weight; thing; number
X weighs Y / the weight of X is Y / X tips the scales at Y / the scales say Y for X /
on the scales X is Y / X brings Y to the scales / put on a balance X shows Y /
X has a body weight of Y
= open:speed; thing; number
X travels at Y / the speed of X is Y / X reaches Y / X is as fast as Y / X moves at Y
= open:top speed; thing; number
the top speed of X is Y / X goes no faster than Y / at full throttle X does Y / X tops out at Y
= open:number of moons; thing; number
X has Y moons / Y moons orbit X / there are Y moons around X
= open:melting point; thing; number
X melts at Y / the melting point of X is Y / X becomes liquid at Y
= open:boiling point; thing; number
X boils at Y / the boiling point of X is Y
= open:lifespan; thing; time
X lives for Y / X reaches an age of Y / the life expectancy of X is Y
= open:gauge; thing; number
the gauge of X is Y / trains of X run on tracks Y wide / the rails of X are Y apart
= open:capacity; thing; number
X holds Y people / X has room for Y / Y fit into X / the capacity of X is Y /
Y spectators fit into X / X seats Y / up to Y can be in X
= open:terminus; thing; place
X ends at Y / the terminus of X is Y / the last stop of X is Y / X runs as far as Y
= open:departs from; thing; place
X leaves from Y / X departs from Y / you board X at Y / passengers of X get on at Y /
the starting point of X is Y / X sets off from Y
= open:broadcasts from; thing; place
X broadcasts from Y / the station X sends its programme from Y / the radio X has its studio in Y /
the studio of the station X is in Y / X is on the air from Y / the microphones of X stand in Y /
X transmits out of Y / presenters of X speak in Y
= location; thing; place
X is located in Y / X stands in Y / X lies in Y / X can be found in Y / you find X in Y /
the site of X is Y
= country; thing; place
X is in the country Y / the country in which X lies is Y / X belongs to the country Y /
X is on the soil of Y
= open:guardian; thing; person
the guardian of X is Y / X is guarded by Y / Y watches over X
= open:lighthouse keeper; thing; person
the keeper of X is Y / Y tends the lighthouse X / the light of X is tended by Y
"""
