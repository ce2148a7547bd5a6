"""What Slack sends, as pydantic models; nothing of what Muster makes of it.

`requests`: a model for each kind of request. `events`: one for each kind of event. `inputs`:
one for each kind of element that people fill in. `fields`: the types of single fields.
`bot.listeners.payload.read` chooses the model.
"""
