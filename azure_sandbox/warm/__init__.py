"""
Engine operations that need not start Python again: programs and providers are forks of a warm interpreter.

Most of a small operation's time goes into starting Python and importing Pulumi's SDK: for the program, for each of its
providers, and for the questions of Pulumi's language host. Here `python3` and the sandbox's plugin hand what they were
started with to an interpreter that has imported all that, and nothing more; it runs each in a fork of its own.
Nothing of one run is left to the next.
"""
