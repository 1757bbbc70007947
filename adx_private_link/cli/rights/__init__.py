"""What `rights` prints and checks: custom roles for several tools, and what Azure says that an identity may do."""
