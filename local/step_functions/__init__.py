"""An interpreter of the Amazon States Language with the history, timeouts, abortion and redrive of Step Functions.

It takes the place of MiniStack's own, and uses MiniStack's stores and its calls of other services.
"""
