"""The access of a cluster beside its private endpoints, made as the settings say: the plan, the proof, the changes."""
