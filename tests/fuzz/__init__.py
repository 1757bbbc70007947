"""Fuzzing: no input from people, other programs or servers may end in a traceback, a crash or a hang."""
