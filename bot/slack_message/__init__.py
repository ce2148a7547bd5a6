"""PURE: a message as Slack sends it in, what it says out, in Slack's mrkdwn.

    reading       the one way to read a message: its first line, its whole text, its files
    attachments   what alerts and webhooks write · blocks  Block Kit · rich_text  typed text

People write into `text`. Alerts, webhooks and other apps write into `attachments` and `blocks`,
and leave `text` empty or put a summary there. Payloads come from others: anything of another shape
than expected is left out, and nothing raises.
"""
