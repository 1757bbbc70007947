"""The access of consumers, as deployed and as Azure has it now, and the connections of other stacks."""
