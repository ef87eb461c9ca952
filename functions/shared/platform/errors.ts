/** Base of the errors that the state machine matches by name and that a person reads in a mail. */
class CellflowError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The upload was overtaken by a newer version of its key, or withdrawn: the machine ends it as a success. */
class Superseded extends CellflowError {}

export { CellflowError, Superseded };
