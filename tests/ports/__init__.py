"""The conformance suite of ports: one suite, and a rig for each port.

rigs             a port, the service behind it, and faults of that service
test_conformance the outcome of failing calls, by guarantee
"""
