"""Sampling a model into the store, and judging what it writes meanwhile.

This is where generation, store and execution meet.
"""
