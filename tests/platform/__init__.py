"""The platform: settings, logs, the embedded store, processes, commands. On real processes."""
