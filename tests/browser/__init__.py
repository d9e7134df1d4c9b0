"""The pages of the demo as a browser shows them: every report of the four assignments, and both class pages.

``python -m tests.browser`` prints what axe-core finds on each page; ``python -m tests.browser.record`` records the
results that the pages are made from.
"""
