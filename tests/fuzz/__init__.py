"""Inputs of every kind that come from people, other programs and servers: none ends in a traceback, a crash or a hang."""
