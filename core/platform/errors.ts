/** Base of the errors that the state machine matches by name and that a person reads in a mail. */
class CellflowError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

export { CellflowError };
