"""The composition root: the only place where parts are connected and created.

Clocks and connections begin here and nowhere else.

connection    the store's connection and the incident clock: all that the clock process needs
runtime       what reconciles incidents: bot and workers
bot           the process that talks to Slack
"""
