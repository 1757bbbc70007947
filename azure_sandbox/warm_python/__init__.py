"""
A warm Python: programs and providers start as forks of an interpreter that has already imported what they need.

Most of a small operation's time goes into starting Python and importing Pulumi's SDK: for the program, for each of its
providers, and for the requests of Pulumi's language host. With a warm Python, `python3` and the sandbox's plugin are a
launcher that sends its arguments to the warm interpreter, which runs them in a fork. No run affects the next one.

- `environment` starts the warm interpreter, and gives commands the environment to use it.
- `launcher` takes Python's place.
- `__main__` is the warm interpreter, `imports` what it imports, `fork` what runs in a fork.
"""
