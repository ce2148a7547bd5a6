"""What people do, each act as Slack would carry it to the app. One file = one kind of act."""
