"""A stack as a picture: boxes for what there is, grouped by subscription, and arrows on the way of a client."""
