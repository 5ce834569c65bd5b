"""Several replicas behind the shipped balancer on one database, under load and under fire."""
