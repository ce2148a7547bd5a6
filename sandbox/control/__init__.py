"""The sandbox's own API: inspect, act as a person, inject faults. See the table in ``routes``."""
