-- Let go of a lock that is ours. ARGV: lock, token.
return let_go(ARGV[1], ARGV[2])
