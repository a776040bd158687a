"""Who of us may do and see what: users, teams, roles, and `visible_to`."""
