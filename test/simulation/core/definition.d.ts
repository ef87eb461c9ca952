/** The state machine's definition, as text. */
declare module '*.asl.yaml' {
  const text: string;
  export default text;
}
