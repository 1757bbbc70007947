"""Who is connected to what, as deployed and as Azure has it now."""
