/** A mistake in how a command was called: told in one line, without a stack trace. */
class UsageError extends Error {
  override name = 'UsageError';
}

export { UsageError };
