"""PURE: a message as Slack sends it in, what it says out, in Slack's mrkdwn.

    reading       the one way to read a message: its headline, its whole text, its files
    attachments   what alerts and webhooks write · blocks, rich_text, markdown  Block Kit
    headline      the line that says what it is about · files  names; snippets and e-mails

People write into `text`. Alerts, webhooks and other apps write into `attachments` and `blocks`,
and leave `text` empty or put a summary there. Payloads come from others: anything of another shape
than expected is left out, and nothing raises.
"""
