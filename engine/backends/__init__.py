"""Adapters: one small protocol in front of everything that makes tokens."""
