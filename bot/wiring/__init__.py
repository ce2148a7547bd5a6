"""The only place where the parts are put together, and where a clock or a connection begins.

connection    the store's connection and the incident clock: all that the clock process needs
runtime       what reconciles incidents: bot and workers
bot           the process that talks with Slack
"""
