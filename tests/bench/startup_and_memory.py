"""Start-up, and the memory of each process."""

from tests.bench import deployment
from tests.bench.deployment import Muster, free_port, local_slack
from tests.bench.statistics import Part, Row, ms, p50

STARTS = 3
COUNTED = ("bot", "worker timers", "worker bulk", "clock", "store", "supervisor")

MEANING = f"""\
**Start-up.** Measured from exec of `muster run`, over HTTP, to the first 200 from `/readyz`:
{STARTS} times in an empty folder, so the store is created; we show the median. Compared with a
start in the folder of the last run. The local Slack is already running.

**Memory.** PSS (shared pages divided among their users) of every process of `muster run` at the
end of the run, after all declarations in this table. Compared with RSS, and with the PSS right
after start-up. The local Slack isn't included: with a real Slack it wouldn't be there. The bulk
worker and the supervisor have their own rows; the target covers bot, worker, clock and store."""


def memory(muster: Muster) -> dict[str, tuple[float, float]]:
    """PSS and RSS in MiB, by process."""
    found = {}
    for name, process in muster.family().items():
        if name in COUNTED:
            full = process.memory_full_info()
            found[name] = (full.pss / 2**20, full.rss / 2**20)
    return found


def starts() -> tuple[list[float], float]:
    """Seconds to start: with an empty store, several times, and with an existing one."""
    took = []
    port = free_port()
    with local_slack(port) as slack:
        for _ in range(STARTS):
            with deployment.folder() as folder:
                muster = Muster(slack, port, folder)
                with muster.running():
                    took.append(muster.started)
                with muster.running():
                    again = muster.started
    return took, again


def rows(
    fresh: dict[str, tuple[float, float]],
    used: dict[str, tuple[float, float]],
    started: tuple[list[float], float],
    incidents: int,
) -> Part:
    took, again = started
    found = [
        Row(
            "start-up to ready, median",
            ms(p50(took)),
            f"{ms(again)} with an existing store",
            None,
            "≤ 2 s",
        )
    ]
    for name in COUNTED:
        pss, rss = used[name]
        found.append(
            Row(
                f"memory: {name}",
                f"{pss:.0f} MiB PSS",
                f"{rss:.0f} MiB RSS; {fresh[name][0]:.0f} MiB PSS at start",
                pss / fresh[name][0],
            )
        )
    main = [name for name in COUNTED if name not in ("worker bulk", "supervisor")]
    total, least = (sum(each[name][0] for name in COUNTED) for each in (used, fresh))
    four, four_rss = (sum(used[name][which] for name in main) for which in (0, 1))
    found += [
        Row(
            "memory: bot + worker timers + clock + store",
            f"{four:.0f} MiB PSS",
            f"{four_rss:.0f} MiB RSS",
            None,
            "≤ 220 MiB",
        ),
        Row(
            f"memory: all of `muster run`, after {incidents} incidents",
            f"{total:.0f} MiB PSS",
            f"{least:.0f} MiB PSS at start",
            total / least,
        ),
    ]
    return Part(found, MEANING)
