"""Taking over what people have made by hand: what there is, settings that describe it, and Pulumi's import of it."""
