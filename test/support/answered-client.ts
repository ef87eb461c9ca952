// biome-ignore lint/suspicious/noExplicitAny: commands share no type
type Any = any;

interface AnsweredClient {
  /** Answers a command, given by its class, from its input. */
  on(command: Any, answer: (input: Any) => Promise<unknown>): void;
  restore(): void;
}

/**
 * Answers what the SDK's clients of a class send. Unlike the usual mock it keeps no record of the requests, which it would go
 * through at each of thousands.
 */
const answerClient = (client: { prototype: Any }): AnsweredClient => {
  const answers = new Map<unknown, (input: Any) => Promise<unknown>>();
  const send = client.prototype.send;
  client.prototype.send = async (command: Any): Promise<unknown> => {
    const answer = answers.get(command.constructor);
    if (answer === undefined) throw new Error(`Nothing answers ${command.constructor.name} here.`);
    return answer(command.input);
  };
  return {
    on: (command, answer) => void answers.set(command, answer),
    restore: () => {
      client.prototype.send = send;
    },
  };
};

export { answerClient };
