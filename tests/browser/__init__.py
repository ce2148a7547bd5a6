"""Tests of the local Slack's page in a real browser.

chromium.py     finds a browser; windows of people
recorder.py     a minimal app that records what it receives
pictures.py     `make pictures`: docs/pictures/*.png
"""
