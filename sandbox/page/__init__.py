"""The page: the same workspace in a browser, for people who act in it.

    static/     what the browser runs: plain modules, no build
    view_model.py    what one person sees, as JSON; pure
    live.py     a socket for each window: what changed in what it looks at
    routes.py   serves all of it

The state lives here and the page draws it. What people do goes through the control API
(``POST /control/as/NAME/ACT``), as a test's would.
"""
