"""What the plug-ins of the services have to do with keeping: each says so when it is installed."""

from collections.abc import Callable

from local.keeping.store import Changes

Work = Callable[[], None]
# Gives what changed of its own, and what to do when that is on disk.
Source = Callable[[], tuple[Changes, Work]]

# After the services have their state back, in this order; then, when the emulator answers.
restoring: list[Work] = []
going_on: list[Work] = []
sources: list[Source] = []
# Now and then.
tidying: list[Work] = []
# When the emulator is about to end.
freezing: list[Work] = []
