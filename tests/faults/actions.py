"""The actions of simulated people in an incident, with weights. They record the replies they
got."""

from collections.abc import Callable
from random import Random

from sandbox.driver import NotPossible, Person
from tests.faults.simulated_people import PEOPLE, Answer, Crowd, Ended, Merged, PutIn, Way

ROLES = ("ic", "ol", "cl")
SEVERITIES = ("BEAT", "BREATH")
STAGES = ("identified", "investigating", "mitigated")
OFFERS = 3  # newest offers, of which one is answered
ANSWER = 2.0  # seconds to wait for the answer to a click

TYPED: dict[Way, tuple[str, ...]] = {}
"""The subcommands of each; `tests/test_registry.py` looks whether one is left out."""


def types(*subcommands: str) -> Callable[[Way], Way]:
    def keep(way: Way) -> Way:
        TYPED[way] = subcommands
        return way

    return keep


@types("update")
def updates(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    text = crowd.text("news", person, incident)
    said = crowd.does(person, f"update {text}", crowd.where(incident))
    told = bool(said and "Posting your update in" in said)
    crowd.wrote("news", person, incident, text, told)


@types("update")
def fills(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    form = crowd.does(person, "update", crowd.where(incident))
    if form is None or form.view is None:
        return
    text = crowd.text("news", person, incident)
    crowd.acts += 1
    taken = form.view.submits(text=text) is None
    crowd.wrote("news", person, incident, text, taken)
    crowd.closes_all(person)


@types("note")
def notes(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    text = crowd.text("note", person, incident)
    said = crowd.does(person, f"note {text}", crowd.where(incident))
    crowd.wrote("note", person, incident, text, bool(said and "Noted" in said))


@types("title", "summary")
def describes(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    what = random.choice(("title", "summary"))
    crowd.does(person, f"{what} It is {random.choice(ROLES)}", crowd.where(incident))


@types("ack")
def acknowledges(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    crowd.does(person, "ack", crowd.where(incident))


@types("role")
def takes_a_role(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    crowd.does(person, f"role {random.choice(ROLES)}", crowd.where(incident))


@types("role")
def empties_a_role(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    crowd.does(person, "role ic none", crowd.where(incident))


@types("severity")
def weighs(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    crowd.does(person, f"severity {random.choice(SEVERITIES)}", crowd.where(incident))


@types("status")
def moves_on(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    crowd.does(person, f"status {random.choice(STAGES)}", crowd.where(incident))


@types("resolve")
def resolves(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    said = crowd.does(person, "resolve it is over", crowd.where(incident))
    if said and "is resolved" in said:
        crowd.open.discard(incident)


def clicks(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    """Click such a button on the newest message that has one, if any."""
    crowd.acts += 1
    for button in ("ack", "role_take"):
        if _clicked(person, crowd.where(incident), button):
            return


def clicks_in_private(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    """Click a button on one of Muster's direct messages: a task, a page."""
    crowd.acts += 1
    _clicked(person, f"@{person.name}", random.choice(("task_done", "ack")))


def _clicked(person: Person, where: str, button: str) -> bool:
    try:
        person.posts("click", None, channel=where, target=button)
    except NotPossible:
        return False
    return True


@types("handoff")
def hands_over(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    role, other = random.choice(ROLES), _other(person, random)
    text = random.choice((f"handoff {role} @{other}",) * 9 + (f"handoff {role} none",))
    crowd.does(person, text, crowd.where(incident))


def answers(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    """Answer one of the newest offers, of any incident."""
    offers = person.dm().messages("handoff")[-OFFERS:]
    if not offers:
        return
    offer, accepts = random.choice(offers), random.random() < 0.6
    crowd.acts += 1
    try:
        button = "handoff_accept" if accepts else "handoff_decline"
        said = offer.click(button, as_=person, patience=ANSWER)
    except NotPossible:
        return  # it was answered or withdrawn
    of, *_, key = offer.payload["key"].split("/")
    words = ("You're now ", "") if accepts else ("You declined ", "")
    told = said is not None and said.text.startswith(words[0]) and words[1] in said
    number = int(key.removeprefix("handoff:"))
    crowd.answers.append(Answer(of, number, person.name, accepts, told))


@types("task")
def adds_a_task(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    text = crowd.text("chore", person, incident)
    whose = random.choice(("", f" @{_other(person, random)}"))
    until = random.choice(("", " 1m"))
    said = crowd.does(person, f"task {text}{whose}{until}", crowd.where(incident))
    crowd.wrote("chore", person, incident, text, bool(said and " added (" in said))


@types("task")
def ends_a_task(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    number, how = random.randint(1, 5), random.choice(("done", "done", "drop"))
    said = crowd.does(person, f"task {how} {number}", crowd.where(incident))
    if said and said.text in (f"Task {number} is now done.", f"Task {number} is now dropped."):
        crowd.ended.append(Ended(incident, number))


@types("snooze")
def snoozes(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    text = crowd.text("quiet", person, incident)
    said = crowd.does(person, f"snooze 6s {text}", crowd.where(incident))
    crowd.wrote("quiet", person, incident, text, bool(said and "Snoozed" in said))


@types("page")
def pages(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    text = crowd.text("help", person, incident)
    said = crowd.does(person, f"page @{_other(person, random)} {text}", crowd.where(incident))
    crowd.wrote("help", person, incident, text, bool(said and "Paging " in said))


@types("merge")
def merges(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    """Merge another incident into this one, if possible."""
    other = random.choice(sorted(crowd.open))
    said = crowd.does(person, f"merge {other}", crowd.where(incident))
    if said and (
        f"{other} was merged into this incident" in said
        or f"already merged into {incident}" in said
    ):
        crowd.merged.append(Merged(incident, other))


def puts_in(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    """Pin a message of theirs to the timeline; sometimes edit it afterwards."""
    message = person.says(crowd.text("seen", person, incident), crowd.where(incident))
    message.reacts("pushpin", as_=person)
    if random.random() < 0.5:
        message.edits(crowd.text("seen better", person, incident), as_=person)
    crowd.put_in.append(PutIn(incident, message.ts))


@types("milestone")
def corrects(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    text = crowd.text("was", person, incident)
    ago = random.randint(1, 50)
    said = crowd.does(person, f"milestone declared {ago}m ago {text}", crowd.where(incident))
    crowd.wrote("was", person, incident, text, bool(said and "Corrected: " in said))


@types("reopen")
def reopens(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    """Reopen another incident that was resolved or closed, if possible."""
    over = _one_that_is_over(crowd, person, random)
    if over is None:
        return
    text = crowd.text("back", person, over)
    said = crowd.does(person, f"reopen {text}", crowd.where(over))
    told = bool(said and said.text == f"{over} is now investigating.")
    crowd.wrote("back", person, over, text, told)
    if told:
        crowd.open.add(over)


@types("close")
def closes(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    """Close another incident that was resolved, if possible."""
    over = _one_that_is_over(crowd, person, random)
    form = crowd.does(person, "close", crowd.where(over)) if over else None
    if form and form.view:
        crowd.acts += 1
        form.view.submits(checks=["stable"])
        crowd.closes_all(person)


@types("postmortem")
def wants_a_draft(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    crowd.does(person, "postmortem", crowd.where(incident))


@types("subscribe", "unsubscribe")
def reads_along(crowd: Crowd, person: Person, random: Random, incident: str) -> None:
    how = random.choice(("subscribe", "subscribe", "unsubscribe"))
    crowd.does(person, how, crowd.where(incident))


def _one_that_is_over(crowd: Crowd, person: Person, random: Random) -> str | None:
    over = sorted(crowd.declared.keys() - crowd.open)
    chosen = random.choice(over) if over else None
    return chosen if chosen and crowd.enters(person, chosen) else None


def _other(person: Person, random: Random) -> str:
    return random.choice([name for name in PEOPLE if name != person.name])


WAYS: dict[Way, int] = {
    updates: 40,
    fills: 10,
    notes: 5,
    describes: 3,
    acknowledges: 5,
    takes_a_role: 8,
    empties_a_role: 3,
    weighs: 5,
    moves_on: 8,
    clicks: 10,
    resolves: 2,
    hands_over: 6,
    answers: 6,
    adds_a_task: 5,
    ends_a_task: 4,
    clicks_in_private: 3,
    snoozes: 3,
    pages: 3,
    merges: 2,
    puts_in: 3,
    corrects: 2,
    reopens: 2,
    closes: 1,
    wants_a_draft: 1,
    reads_along: 2,
}
