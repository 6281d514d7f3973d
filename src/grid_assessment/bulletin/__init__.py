"""The monthly bulletin: its content from the published marts, and its four file formats."""
