"""Views of a running sweep: a terminal that refreshes, or a line now and then."""
