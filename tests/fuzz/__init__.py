"""Inputs from people, other programs and servers, of every kind: none ends in a traceback, a crash or a hang."""
