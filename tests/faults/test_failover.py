"""The store fails over while seven commands a second arrive: what people were told is done stays
done, no message and no number is there twice, and commands and timers go on.

A real Redis 7 cluster: a master, two replicas and three Sentinels. *Commands* and *timers* are
the seconds from when a Sentinel named the new master until a person was told again that something
is done, and until each of several incidents had its next reminder, due every three seconds.
"""

from collections.abc import Callable
from functools import partial
from time import sleep, time

import pytest

from tests.faults.completeness import SENT_AGAIN
from tests.faults.failover_people import (
    People,
    beating,
    nothing_is_lost_or_doubled,
    timers_after,
)
from tests.faults.trial_count import THOROUGH, Trials
from tests.harness import Harness, Incident, until
from tests.harness.cluster import SERVER, WHY_NOT, Cluster
from tests.harness.command import muster
from tests.platform.processes import ROOT

pytestmark = pytest.mark.skipif(SERVER is None, reason=WHY_NOT)


def killed(cluster: Cluster) -> None:
    """The master's machine is gone."""
    cluster.master().kill()


def silent(cluster: Cluster) -> None:
    """The master keeps its connections and never answers again."""
    cluster.master().silence()


def unreachable(cluster: Cluster) -> None:
    """The network drops what goes to the master and what comes from it."""
    cluster.master().cut()


def forced(cluster: Cluster) -> None:
    """An operator types SENTINEL FAILOVER."""
    cluster.fail_over()


def planned(cluster: Cluster) -> None:
    """An operator types `muster store failover`."""
    done = muster("store", "failover", cwd=ROOT, env={"REDIS_URL": cluster.url})
    assert done.returncode == 0, done
    assert "is the master now" in done.stdout, done


def with_a_sentinel(cluster: Cluster) -> None:
    """The master and the Sentinel that is asked first die together."""
    cluster.sentinels[0].kill()
    cluster.master().kill()


def without_quorum(cluster: Cluster) -> None:
    """Two Sentinels die, then the master; the Sentinels come back after four seconds."""
    for each in cluster.sentinels[:2]:
        each.kill()
    cluster.master().kill()
    sleep(4)
    for each in cluster.sentinels[:2]:
        each.start()


def restarted(cluster: Cluster) -> None:
    """The master dies, and is there again before anyone takes it for dead."""
    master = cluster.master()
    master.kill()
    master.start()


ATTACKS: tuple[Callable[[Cluster], None], ...] = (
    killed,
    planned,
    forced,
    silent,
    unreachable,
    with_a_sentinel,
    without_quorum,
    restarted,
)
SAMPLE = ATTACKS[:2]
BEFORE, AFTER = (5, 20) if THOROUGH else (1.5, 1)  # seconds for which people act
TALKED, NAGGED = (3, 4) if THOROUGH else (1, 2)  # incidents
LIMIT = 15  # seconds, far more than it takes on a machine that isn't busy


@pytest.mark.parametrize("transport", ["http", "socket"] if THOROUGH else ["http"])
@pytest.mark.parametrize("attack", ATTACKS if THOROUGH else SAMPLE)
def test_the_master(transport: str, attack: Callable[[Cluster], None], trials: Trials) -> None:
    with (
        Cluster(relayed=attack is unreachable) as cluster,
        Harness(transport, policy=beating, real_time=True, cluster=cluster) as harness,
    ):
        talked = [harness.declares("sev3") for _ in range(TALKED)]
        nagged = [harness.declares("beat") for _ in range(NAGGED)]  # no one acts on these
        people = People(harness, talked)
        with people.at_work():
            sleep(BEFORE)
            before = cluster.master()
            attack(cluster)
            if attack is not restarted:
                until(partial(cluster.has_other_master, before), within=60, what="a new master")
            began = time()
            until(lambda: _all_go_on(harness, people, nagged, began), within=60, what="all again")
            sleep(max(0.0, began + AFTER - time()))
        for incident in (*talked, *nagged):
            incident.ends()
        harness.rests()
        nothing_is_lost_or_doubled(harness, people)
        harness.check_slack(but=(SENT_AGAIN,))
        commands, timers = people.again_after(began), timers_after(harness, nagged, began)
        assert max(commands, timers) < LIMIT
        told = sum(each.told for each in people.acts)
        trials.add(
            told,
            f"{attack.__name__}, {transport}: commands {commands:.1f} s, timers {timers:.1f} s, "
            f"{len(people.acts) - told} of {len(people.acts)} told that it wasn't done",
        )


def _all_go_on(harness: Harness, people: People, nagged: list[Incident], began: float) -> bool:
    goes_on = people.again_after(began), timers_after(harness, nagged, began)
    return max(goes_on) < float("inf")
