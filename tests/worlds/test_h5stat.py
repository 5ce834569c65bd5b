import collections, functools
from hypothesis import settings, HealthCheck
from hypothesis.stateful import run_state_machine_as_test
import tests.worlds.test_twin_handbook as t
import tests.worlds.curating as c
import pytest
C=collections.Counter()
for name in ("learn","learn_of_s","learn_of_s_and_others","another_names_s_in_a_line","decide_about_a_line","edit_a_line","decide_about_a_line_of_s","put_a_line_back","roll_the_handbook_back","an_offer_comes_out","attempt","attempt_of_s"):
    pass
def wrap(cls,name):
    f=getattr(cls,name)
    def g(self,*a,**k):
        C[name]+=1
        return f(self,*a,**k)
    setattr(cls,name,g)
for n in ("_proposed","_change_line","_told","_attempt","_settle_lines","_delete_line","_is_crowded"): wrap(c.Curating,n)
from tests.worlds.world import World
f=World.ask
def ask(self,method,path,body=None,headers=None):
    r=f(self,method,path,body,headers)
    if method!="GET" and ("behaviors" in path or "handbook" in path or "traces" in path):
        ev = [x["event"] for x in r[1]["behaviors"]] if r[0]==201 and "behaviors" in r[1] else ""
        C[(method, path.split("/")[1], path.split("/")[-1] if path.count("/")>1 else "", r[0], str(ev))]+=1
    return r
World.ask=ask
@pytest.mark.usefixtures("scanning_here")
def test_stat():
    t.test_what_was_learnt_with_s_is_as_if_learnt_without()
    for k,v in sorted(C.items(),key=str): print("STAT",k,v)
