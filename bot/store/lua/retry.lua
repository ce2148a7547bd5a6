-- Release an incident from quarantine. ARGV: incident.
return bring_back(ARGV[1])
