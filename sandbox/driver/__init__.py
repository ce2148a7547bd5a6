"""The driver: tests and the demo use a running sandbox as people use Slack.

    slack = Slack("http://127.0.0.1:3080")
    ana, bob = slack.person("ana"), slack.person("bob")
    ana.types("/incident declare sev1 Checkout is down", channel="general")
    channel = slack.channel("incident-", within=5)
    channel.expects("Take command", kind="card").click("Take command", as_=bob)

``within`` is always in real seconds. A timeout raises an ``AssertionError`` that shows
what was there instead. An action that isn't possible in Slack raises ``NotPossible``.
"""

from sandbox.driver.channel import Channel, Message
from sandbox.driver.person import Person
from sandbox.driver.seen import Seen, View
from sandbox.driver.slack import Fault, Slack
from sandbox.driver.waiting import NotPossible, wait

__all__ = ["Channel", "Fault", "Message", "NotPossible", "Person", "Seen", "Slack", "View", "wait"]
