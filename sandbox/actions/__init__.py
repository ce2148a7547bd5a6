"""What people do, and the payload that Slack sends to the app for it. One file per kind."""
