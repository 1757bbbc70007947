"""Lock-down: the plan, the proof, the changes, and the way back."""
