import { ExecutionDoesNotExist, type SFNClient } from '@aws-sdk/client-sfn';
import { InvalidParameterException, type SNSClient } from '@aws-sdk/client-sns';
import type { Adversary } from '../core/adversary';
import { call, orAborted } from '../core/client';
import { type Answer, type Request, Store } from '../core/store';
import { type Actor, World } from '../core/world';

/** A mail that SNS took. */
interface Mail {
  round: number;
  /** Ids. */
  uploads: string[];
  execution: string;
  /** The function that sent it. */
  actor: Actor;
  request: Request;
  /** When it was first sent. */
  sentAt: number;
  /** Whether its function was told that SNS took it. */
  answered: boolean;
}

type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

/** S3, Step Functions as far as it tells how executions are, and SNS. */
class Services extends Store {
  readonly mails: Mail[] = [];
  private readonly statuses = new Map<string, { at: number; status: Status }[]>();
  private readonly sent = new Map<Request, number>();

  constructor(
    private readonly world: World,
    pageSize: number,
    /** By how much what is told of an execution may be old. */
    private stale: number,
    private refusals: number,
  ) {
    super(pageSize, () => world.now);
  }

  /** Tells what is true, and refuses nothing any more. */
  rest(): void {
    this.stale = 0;
    this.refusals = 0;
  }

  tell(execution: string, status: Status): void {
    const statuses = this.statuses.get(execution) ?? [];
    statuses.push({ at: this.world.now, status });
    this.statuses.set(execution, statuses);
  }

  override apply(request: Request): Answer {
    if (request.operation === 'DescribeExecution') return this.describe(request.key);
    if (request.operation === 'Publish') return this.publish(request);
    return super.apply(request);
  }

  private describe(execution: string): Answer {
    const statuses = this.statuses.get(execution);
    if (statuses === undefined) throw new ExecutionDoesNotExist({ message: execution, $metadata: {} });
    const asOf = this.world.now - this.world.random.between(0, this.stale);
    return { status: (statuses.findLast(({ at }) => at <= asOf) ?? statuses[0])?.status };
  }

  private publish(request: Request): Answer {
    const actor = World.actor();
    if (actor === undefined) throw new Error('SNS is called by no function.');
    if (this.refusals > 0) {
      this.refusals -= 1;
      throw new InvalidParameterException({ message: 'refused', $metadata: { httpStatusCode: 400 } });
    }
    const mail = JSON.parse(request.body ?? '') as Pick<Mail, 'round' | 'uploads' | 'execution'>;
    this.mails.push({ ...mail, actor, request, sentAt: this.sent.get(request) ?? 0, answered: false });
    return { MessageId: 'm' };
  }

  /** Puts Step Functions and SNS in the place of the network behind their clients. */
  attach(sfn: SFNClient, sns: SNSClient, adversary: Adversary): void {
    Object.assign(sfn, {
      send: async ({ input }: { input: { executionArn: string } }) =>
        call(adversary, this, { operation: 'DescribeExecution', bucket: '', key: input.executionArn }),
    });
    Object.assign(sns, {
      send: async (
        { input }: { input: { Subject: string; Message: string } },
        { abortSignal }: { abortSignal?: AbortSignal },
      ) => {
        const request = { operation: 'Publish', bucket: '', key: input.Subject, body: input.Message };
        this.sent.set(request, this.world.now);
        const sender = World.actor() as Actor;
        const answer = await orAborted(sender, abortSignal, call(adversary, this, request, abortSignal));
        const taken = this.mails.findLast((mail) => mail.request === request);
        if (taken) taken.answered = true;
        return answer;
      },
    });
  }
}

export type { Mail, Status };
export { Services };
