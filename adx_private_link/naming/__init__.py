"""The names of what a stack creates: in Azure, in Pulumi's state, and in DNS. Every name is built here."""
