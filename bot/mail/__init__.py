"""Mail out: how an effect becomes an e-mail, and what is known of it afterwards.

port          the port: one mail for one effect, at most once
compose       the mail itself, with its headers
delivery      one conversation with the mail server
links         what subscribers are sent to confirm, and to unsubscribe
"""
