"""Settings and the YAML files a person may edit. Imports nothing of the other floors."""
