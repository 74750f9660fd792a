"""Drawings of a report, one kind a file; each gives SVG text, or nothing where there is nothing to draw."""
