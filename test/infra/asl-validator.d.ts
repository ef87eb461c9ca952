/** The package ships no types of its own. */
declare module 'asl-validator' {
  interface Verdict {
    isValid: boolean;
    errors: unknown[];
    errorsText: (separator?: string) => string;
  }

  const validate: (definition: unknown) => Verdict;
  export default validate;
}
