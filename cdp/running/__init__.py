"""Everything `manage.py up` needs: prepare, start, watch and stop the processes of one machine."""
