"""Stores that earlier releases wrote, and what has to become of them under this one."""
