"""The shell: knows params, notebooks, files and folders; no numbers."""
