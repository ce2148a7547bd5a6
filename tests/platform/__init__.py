"""The platform: settings, logs, the embedded store, processes, commands. Uses real processes."""
