-- Put back what was set aside. ARGV: incident.
return bring_back(ARGV[1])
