"""Readers: queries that are asked all the time, and a judge of their answers.

What holds of every answer, whatever goes on meanwhile: of each key it has all rows of one version in both tables, or
nothing before the first and after a withdrawal; and never an older version than an answer before it had.
"""
