"""Claims: what must hold for a component, each a function that raises `AssertionError` if it does not."""
