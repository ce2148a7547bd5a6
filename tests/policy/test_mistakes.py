"""Each mistake gives one sentence: the file, the line, what is wrong, what to write.

A row has the text of the valid policy to replace, its replacement, and the resulting problem.
"""
# ruff: noqa: E501 (one mistake, one row: a table that wraps can't be read)

import pytest

from tests.policy.conftest import Playbooks

SEVERITIES = [
    ("15m", '"15 minutes"', '5: update_every: "15 minutes" isn\'t a duration; write it like 15m, 2h or 72h.'),
    ("15m", "15", '5: update_every: "15" isn\'t a duration; write it like 15m, 2h or 72h.'),
    ("15m", "0m", '5: update_every: "0m" is too short; write it like 15m, 2h or 72h.'),
    ("15m", "-5m", '5: update_every: "-5m" isn\'t a duration; write it like 15m, 2h or 72h.'),
    ("15m", "[15m]", "5: update_every: a list isn't a duration; write it like 15m, 2h or 72h."),
    ("update_every", "updat_every", "5: updat_every: isn't a key here; did you mean update_every?"),
    ("    title: Major\n", "", "8: title: is missing; add a line like title: Major degradation."),
    ("title: Major\n", "title:\n", "9: title: null isn't text; write some text."),
    ("title: Major\n", 'title: " "\n', "9: title: must be one line of text; write it on the line of its key."),
    ("Major", "M" * 61, "9: title: is 61 characters long; use at most 60."),
    ("id: SEV1", "id: SEV 1", '8: id: "SEV 1" can\'t be an id; use letters, digits, - or _, like sev1.'),
    ("id: SEV1", "id: sev0", '8: id: "sev0" is already used on line 2; use another one.'),
    ("title: Major", "title: Critical", '9: title: "Critical" is already used on line 4; use another one.'),
    ("true", "true\n    aliases:\n      - major\n      - p0", '13: aliases: "p0" is already used on line 4; use another one.'),
    ("[P0, critical]", "P0", '4: aliases: "P0" isn\'t a list; write it like [one, two].'),
    ("[P0, critical]", "[very bad]", '4: aliases: "very bad" isn\'t one word; write it like p0 or major.'),
    ("[P0, critical]", "", "4: aliases: null isn't a list; write it like [one, two]."),
    ("default: true", "default: false", "1: default: no severity has default: true; add it to the one for declarations that don't name a severity."),
    ("escalation: default", "default: yes", "10: default: line 7 already has default: true; write false on one of them."),
    ("default: true", "default: perhaps", '10: default: "perhaps" isn\'t yes or no; write true or false.'),
    ("[ic, ol]", "[ic, op]", '6: roles: "op" isn\'t a role in roles.yml; write one of ic, ol.'),
    ("[ic, ol]", "[Ic, ol]", '6: roles: "Ic" isn\'t a role in roles.yml; did you mean ic?'),
    ("[ic, ol]", "\n      - ic\n      - {}", "8: roles: a mapping isn't text; write some text."),
    ("escalation: default", "escalation: defualt", '7: escalation: "defualt" isn\'t a chain in escalation.yml; did you mean default?'),
    ("    default: true", "    title: Big\n    default: true", "10: title: is already on line 9; keep one of them."),
    ("title: Major", "ack_every: 5m\n    title: Major", "9: warning: ack_every: has no effect without ack_within; add that, or remove it."),
    ("title: Major", "mitigated_every: never\n    title: Major", '9: mitigated_every: "never" isn\'t a duration; write it like 15m, 2h or 72h, or same.'),
    ("severities:\n", "backoff: slow\nseverities:\n", '1: backoff: "slow" isn\'t a mapping; write it in lines like key: value.'),
    ("severities:\n", "backoff: {times: 2}\nseverities:\n", "1: times: isn't a key here; write one of factor, most."),
    ("severities:\n", "backoff: {factor: 0.5}\nseverities:\n", '1: factor: "0.5" isn\'t a factor; write a number from 1 to 10, like 2 or 1.5.'),
    ("severities:\n", "backoff: {factor: twice}\nseverities:\n", '1: factor: "twice" isn\'t a factor; write a number from 1 to 10, like 2 or 1.5.'),
    ("title: Major", "backoff: {most: long}\n    title: Major", '9: most: "long" isn\'t a duration; write it like 15m, 2h or 72h.'),
    ("title: Major", "urgency: medium\n    title: Major", "9: urgency: \"medium\" isn't allowed; write 'high' or 'low'."),
    ("title: Major", "quiet_hours: at night\n    title: Major", '9: quiet_hours: "at night" isn\'t a time of day to another; write "22:00-07:00".'),
    ("title: Major", "quiet_hours: 22:00-25:00\n    title: Major", '9: quiet_hours: "22:00-25:00" isn\'t a time of day to another; write "22:00-07:00".'),
    ("title: Major", "quiet_hours: 22:00-22:00\n    title: Major", '9: quiet_hours: "22:00-22:00" begins when it ends; write two different times.'),
    ("title: Major", "quiet_hours: 22:00-07:00\n    urgency: high\n    title: Major", "9: quiet_hours: have no effect, because urgency is high; remove them."),
    ("15m", "15m\n    quiet_hours: 22:00-07:00", "6: quiet_hours: have no effect, because this severity pages people; remove them."),
    ("title: Major", "commander_every: 5m\n    title: Major", "9: warning: commander_every: has no effect without commander_within; add that, or remove it."),
    ("  - id: SEV1", "  - SEV2\n  - id: SEV1", '8: severities: "SEV2" isn\'t a mapping; write it in lines like key: value.'),
    ("severities:\n", "x: 1\nseverities:\n", "1: x: isn't a key here; write one of severities, questions, backoff."),
    ("severities:\n", "? [a]\n: 1\nseverities:\n", "1: a key must be a word; write it like title: …"),
]  # fmt: skip

QUESTIONS = [
    ("no: hurt", "no: hrut", '15: no: "hrut" isn\'t a severity or a question; did you mean hurt?'),
    ("no: hurt", "no: sev0", '15: no: "sev0" isn\'t a severity or a question; did you mean SEV0?'),
    ("    no: hurt\n", "", "12: no: is missing; add a line like no: SEV3."),
    ("    yes: SEV0\n    no: hurt", "    yes: SEV0\n    no:", "15: no: null isn't text; write some text."),
    ("no: hurt", "no: down", '15: no: "down" isn\'t a question further down; write one of SEV0, SEV1, hurt.'),
    ("    yes: SEV0\n    no: SEV0", "    yes: SEV0\n    no: down", '19: no: "down" isn\'t a question further down; write one of SEV0, SEV1.'),
    ("no: hurt", "no: SEV1", '16: warning: id: "hurt" is never asked; name it in yes or no of a question above.'),
    ("id: down", "id: sev1", '12: id: "sev1" is a severity; use another one.'),
    ("id: down", "id: Hurt", '16: id: "hurt" is already used on line 12; use another one.'),
    ("Does it hurt?", "Does it? " * 40, "17: ask: is 359 characters long; use at most 200."),
]  # fmt: skip

ROLES = [
    ("[lead]", "[OL]", '5: id: "ol" is already used on line 4; use another one.'),
    ("[lead]", "[operations lead]", '6: title: "Operations Lead" is already used on line 4; use another one.'),
    ("[lead]", f"[lead]\n    brief: {'x' * 2901}", "5: brief: is 2901 characters long; use at most 2900."),
]  # fmt: skip

ESCALATION = [
    ("oncall:primary", "oncall:primry", '4: notify: "oncall:primry" isn\'t a schedule in oncall.yml; did you mean oncall:primary?'),
    ("oncall:primary", "primary", '4: notify: "primary" isn\'t a target; write oncall:primary, "@U0123ABC", "@S0123ABC" or "#channel-name".'),
    ('"@U0123ABC"', '"@ann"', '6: notify: "@ann" isn\'t a target; write oncall:primary, "@U0123ABC", "@S0123ABC" or "#channel-name".'),
    ('"#ops"', '"#Ops"', '6: notify: "#Ops" isn\'t a target; write oncall:primary, "@U0123ABC", "@S0123ABC" or "#channel-name".'),
    ('["@U0123ABC", "#ops"]', "\n          - #ops", '7: notify: is empty; a # starts a comment, so write a channel in quotes: "#ops".'),
    ('"#ops"', "#ops", """6: isn't YAML: expected ',' or ']', but got '<stream end>'; close the bracket; a # starts a comment unless quoted, like "#ops"."""),
    ("[oncall:primary]", "[#ops]", """5: isn't YAML: expected the node content, but found '-'; a # starts a comment unless quoted, like "#ops"; close what it left open."""),
    ('"@U0123ABC"', "@U0123ABC", """6: isn't YAML: found character '@' that cannot start any token; put the person in quotes, like "@U0123ABC"."""),
    ("- wait: 5m", "- wait: 5", '5: wait: "5" isn\'t a duration; write it like 15m, 2h or 72h.'),
    ("- wait: 5m", "- {}", "5: steps: a step has either notify or wait; write it like - notify: [oncall:primary] or - wait: 5m."),
    ("- wait: 5m", "- {wait: 5m, notify: [oncall:primary]}", "5: steps: a step has either notify or wait; write it like - notify: [oncall:primary] or - wait: 5m."),
    ("- wait: 5m", "- pause: 5m", "5: pause: isn't a key here; write one of notify, wait."),
    ("      - wait: 5m\n", "", "6: repeat: needs a wait before each repetition; add a last step like - wait: 15m."),
    ("repeat: 2", "repeat: often", '7: repeat: "often" isn\'t a number from 0 to 99; write one, like 2.'),
    ("repeat: 2", "repeat: " + "9" * 5000, '7: repeat: "' + "9" * 60 + '…" isn\'t a number from 0 to 99; write one, like 2.'),
    ("repeat: 2", "repeat: -1", '7: repeat: "-1" isn\'t a number from 0 to 99; write one, like 2.'),
    ("chains:\n", "chains:\n  quiet:\n    steps: [{wait: 5m}]\n", "3: steps: don't notify anyone; add a step like - notify: [oncall:primary]."),
    ("chains:\n", "chains:\n  quiet: {}\n", "2: steps: is missing; add a line like steps: [{notify: [oncall:primary]}]."),
    ("chains:\n", "chains:\n  quiet:\n", "2: quiet: null isn't a mapping; write it in lines like key: value."),
    ("chains:\n", "chains:\n  a b:\n    steps: [{notify: [oncall:primary]}]\n", '2: a b: "a b" can\'t be an id; use letters, digits, - or _, like sev1.'),
]  # fmt: skip

ONCALL = [
    ("timezone: UTC", "timezone: europe/berlin", '3: timezone: "europe/berlin" isn\'t an IANA time zone; did you mean Europe/Berlin?'),
    ("timezone: UTC", "timezone: ../passwd", '3: timezone: "../passwd" isn\'t an IANA time zone; write it like UTC or Europe/Berlin.'),
    ("rotation: weekly", "rotation: monthly", """4: rotation: "monthly" isn't allowed; write 'weekly' or 'daily'."""),
    ("rotation: weekly", "rotation: daily", '5: handover: has a weekday, but the rotation is daily; write "09:00".'),
    ("monday 09:00", "9:00", '5: handover: has no weekday, but the rotation is weekly; write "monday 09:00".'),
    ("monday 09:00", "mon 9am", '5: handover: "mon 9am" isn\'t a handover; write "monday 09:00", or "09:00" if it is daily.'),
    ("[U0AAA, U0BBB]", "[U0AAA, ann]", '6: members: "ann" isn\'t a Slack member id; write it like U0123ABC (their profile › ⋮ › Copy member ID).'),
    ("[U0AAA, U0BBB]", "[]", "6: warning: members: no one is on call; list Slack member ids, like [U0123ABC, U0456DEF]."),
    ("rotation: weekly", "starts: 31.1.2026", '4: starts: "31.1.2026" isn\'t a date; write it like 2026-01-31.'),
    ("    members: [U0AAA, U0BBB]\n", "", "2: members: is missing; add a line like members: [U0123ABC]."),
]  # fmt: skip

PLAYBOOK = [
    ("restart.md", "restrat.md", '3: runbooks: "restrat.md" isn\'t in runbooks/; did you mean restart.md?'),
    ("restart.md", "../restart.md", '3: runbooks: "../restart.md" isn\'t a file in runbooks/; write its name, like bad-deploy.md, or {title: …, link: https://…}.'),
    ("restart.md", "restart", '3: runbooks: "restart" isn\'t a file in runbooks/; write its name, like bad-deploy.md, or {title: …, link: https://…}.'),
    ("restart.md", "title: Elsewhere", "3: runbooks: an entry is a file name, or a title and a link; write {title: …, link: https://…}."),
    ("restart.md", "{title: Elsewhere, link: wiki}", '3: link: "wiki" isn\'t a link; write the whole URL, like https://example.com/x.'),
    ("title: Incident", "title: Incident\nbridge: javascript:alert(1)", '2: bridge: "javascript:alert(1)" isn\'t a link; write the whole URL, like https://example.com/x.'),
    ("title: Incident", "title: Incident\nbridge: https://a|b", '2: bridge: "https://a|b" isn\'t a link; write the whole URL, like https://example.com/x.'),
    ("title: Incident", "title: Incident\nbridge: https://meet.example\nbridge_from: SEV11", '3: bridge_from: "SEV11" isn\'t in severities.yml; did you mean SEV1?'),
    ("title: Incident", "title: Incident\nbridge_from: SEV11", '2: warning: bridge_from: "SEV11" isn\'t in severities.yml; did you mean SEV1?'),
    ("title: Incident", "title: Incident\nprivate: maybe", '2: private: "maybe" isn\'t yes or no; write true or false.'),
]  # fmt: skip

MISTAKES = [
    pytest.param(file, old, new, said, id=f"{file}: {new.strip()[:40]}")
    for file, rows in (
        ("severities.yml", SEVERITIES),
        ("severities.yml", QUESTIONS),
        ("roles.yml", ROLES),
        ("escalation.yml", ESCALATION),
        ("oncall.yml", ONCALL),
        ("default.yml", PLAYBOOK),
    )
    for old, new, said in rows
]


@pytest.mark.parametrize(("file", "old", "new", "said"), MISTAKES)
def test_a_mistake_is_named_with_its_line_and_its_cure(
    playbooks: Playbooks, file: str, old: str, new: str, said: str
) -> None:
    playbooks.change(file, old, new)

    assert playbooks.problems() == [f"{file}:{said}"]


def test_a_sound_policy_has_no_problems(playbooks: Playbooks) -> None:
    assert playbooks.problems() == []


def test_all_mistakes_are_named_at_once_in_the_order_of_the_lines(playbooks: Playbooks) -> None:
    playbooks.change("severities.yml", "15m", "soon")
    playbooks.change("severities.yml", "[ic, ol]", "[ic, boss]")
    playbooks.change("severities.yml", "default: true", "defualt: true")
    playbooks.change("roles.yml", "id: ol", "ident: ol")

    assert playbooks.problems() == [
        "roles.yml:5: id: is missing; add a line like id: ic.",
        "roles.yml:5: ident: isn't a key here; write one of id, title, aliases, brief, "
        "handoff_within, fatigue_after.",
        "severities.yml:1: default: no severity has default: true; add it to the one for "
        "declarations that don't name a severity.",
        'severities.yml:5: update_every: "soon" isn\'t a duration; write it like 15m, 2h or 72h.',
        'severities.yml:6: roles: "boss" isn\'t a role in roles.yml; write one of ic.',
        "severities.yml:10: defualt: isn't a key here; did you mean default?",
    ]


def test_a_file_that_is_no_good_is_the_mistake_and_not_who_refers_to_it(
    playbooks: Playbooks,
) -> None:
    playbooks.write("roles.yml", "- id: ic\n- id: ol\n")
    playbooks.change("oncall.yml", "schedules:", "schedule:")

    assert playbooks.problems() == [
        "oncall.yml:1: schedule: isn't a key here; did you mean schedules?",
        "oncall.yml:1: schedules: is missing; add a line like schedules: {}.",
        "roles.yml:1: a list isn't a mapping; write it in lines like roles: …",
    ]


def test_a_name_that_stands_twice_is_offered_once(playbooks: Playbooks) -> None:
    playbooks.change("severities.yml", "id: SEV1", "id: SEV0")
    playbooks.change("runbooks/restart.md", "severity: ", "severity: HIGH #")

    assert any("write one of SEV0." in each for each in playbooks.problems())


@pytest.mark.parametrize(
    ("name", "row", "rows"),
    [
        ("roles.yml", "  - id: r{}\n    title: Role {}\n    brief: Help.\n", "roles"),
        (
            "severities.yml",
            "  - id: X{}\n    title: Level {}\n    update_every: 1h\n",
            "severities",
        ),
    ],
)
def test_more_rows_than_a_form_can_show_are_a_mistake_but_the_bot_starts(
    playbooks: Playbooks, name: str, row: str, rows: str
) -> None:
    first, questions, rest = (playbooks.path / name).read_text().partition("questions:")
    before = len(getattr(playbooks.load().policy, rows))
    more = [row.format(n, n) for n in range(101 - before)]
    playbooks.write(name, "".join([first, *more[:-1], questions, rest]))
    assert playbooks.problems() == []
    playbooks.write(name, "".join([first, *more, questions, rest]))
    (said,) = playbooks.problems()
    assert said.startswith(f"{name}:")
    assert f"{rows}: 101 are more than a form in Slack can show; keep at most 100." in said
    assert len(getattr(playbooks.load().policy, rows)) == 101


def test_more_kinds_of_incident_than_a_form_can_show_too(playbooks: Playbooks) -> None:
    text = (playbooks.path / "default.yml").read_text()
    for number in range(100):
        playbooks.write(f"kind-{number:03}.yml", text)
    (said,) = playbooks.problems()
    assert said.startswith("kind-")
    assert "101 kinds of incident are more than a form in Slack can show" in said
    assert len(playbooks.load().policy.playbooks) == 101
