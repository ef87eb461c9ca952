import { ownErrors, type Remedy, serviceErrors } from '../../contract';

/** Base of the errors that the state machine matches by name and that a person reads in a mail. */
class CellflowError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }

  /** What helps against it. */
  get remedy(): Remedy {
    return remedyOf(this.name);
  }
}

const remedies: ReadonlyMap<string, Remedy> = new Map(
  [...ownErrors, ...serviceErrors].map(({ name, remedy }) => [name, remedy]),
);

/** What helps against an error, by its name; a fault that nobody knows may be gone when the same is tried again. */
const remedyOf = (error: string): Remedy => remedies.get(error) ?? 'retry';

export { CellflowError, remedyOf };
