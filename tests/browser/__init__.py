"""The local Slack's page, in a real browser.

chromium.py     finding one, and windows of people
recorder.py     a small app that only writes down what it hears
pictures.py     `make pictures`: docs/pictures/*.png
"""
