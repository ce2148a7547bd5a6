"""The browser page: the workspace as one person sees it, with everything they can do.

    static/     what the browser runs: plain modules, no build
    view_model.py    what one person sees, as JSON; pure
    live.py     a WebSocket per window, which sends what changed
    routes.py   the HTTP routes

The server holds the state and the page renders it. Actions go through the control API
(``POST /control/as/NAME/ACT``), like those of a test.
"""
