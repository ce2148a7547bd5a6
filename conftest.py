pytest_plugins = ["tests.fast"]
