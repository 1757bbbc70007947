"""The move of a cluster out of its virtual network and back: the plan, the steps, and what is checked afterwards."""
