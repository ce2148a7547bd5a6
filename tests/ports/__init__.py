"""What every port promises, tried on each: one suite, and a rig for each port.

rigs             a port, the world behind it, and how that world fails
test_conformance what becomes of a call that fails, by its guarantee
"""
