"""
The rights that a stack needs: which identity needs which action at which scope.

They follow from settings and a topology alone, without Pulumi and Azure.
"""
