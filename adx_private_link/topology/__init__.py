"""
The typed resource graph as a plain value.

Every conflict is found here, before anything is registered. Components only turn these records into resources. It needs
no engine and no Azure, so that it can be tested by the thousand, drawn and checked.
"""
