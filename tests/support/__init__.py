"""Builders that tests of several layers share."""
