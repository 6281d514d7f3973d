"""``grid explain``: where a district's points went, from the published marts."""
