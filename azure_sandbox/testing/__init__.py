"""
Tests of Pulumi programs on the real engine, in the sandbox.

The fixture `azure_sandbox` is a `Sandbox`; its stacks are `Stack`s, and each run of `pulumi` is a `Run`.
"""

from .command_environment import environment
from .interrupts import restore_interrupts
from .run import Run
from .sandbox import Sandbox
from .stack import Stack

__all__ = ["Run", "Sandbox", "Stack", "environment", "restore_interrupts"]
