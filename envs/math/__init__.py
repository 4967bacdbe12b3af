"""The mathematics environment: exact answers, checked by arithmetic or, inside the walls, by algebra."""
