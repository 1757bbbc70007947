"""Changes of clusters: one property at a time by PATCH, as the owner of the cluster allows. Nothing PUTs a cluster."""
