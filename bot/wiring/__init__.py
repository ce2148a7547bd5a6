"""The composition root: creates the parts and connects them.

Clocks and connections are created only here.

connection    the store's connection and the incident clock; the clock process needs only these
runtime       the parts that reconcile incidents, for the bot and workers
bot           the process that talks to Slack

Of a store behind Sentinels:

sentinel_url  the URL
sentinels     which server is the master, asked all the time
master        connections to it
replicas      confirm what people are told
patience      how long a call is repeated
"""
