"""Slack in. One file is one feature: its verb, its buttons, its modal and its submission.

A listener reads what a person asked for, hands a command to `Incidents`, and returns what
only that person sees. `FEATURES` is the order of `/incident help`.
"""
