-- Releases an incident from quarantine. ARGV: incident.
return release_quarantined(ARGV[1])
