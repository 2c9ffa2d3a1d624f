"""The same jobs without a window: one module for each command."""
