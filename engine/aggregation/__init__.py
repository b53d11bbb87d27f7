"""What several opinions become: side by side, a vote, a template, a synthesis, a judge's choice.

Pure functions over texts: no files, no models, no clock. Whoever runs a stage asks the models with the messages
made here and gives their texts back.
"""
