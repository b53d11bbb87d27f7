"""Pipelines: stages in order, each asking one model or several."""
