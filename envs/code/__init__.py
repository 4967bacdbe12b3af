"""The code environment: programs judged by hidden tests inside the walls."""
