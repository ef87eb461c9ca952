import { AthenaClient } from '@aws-sdk/client-athena';
import { GlueClient } from '@aws-sdk/client-glue';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** Makes a client at its first use, so that a function pays only for those it calls. */
const lazily = <Client extends object>(make: () => Client): (() => Client) => {
  let client: Client | undefined;
  return () => {
    client ??= make();
    return client;
  };
};

/**
 * Attempts of a call, with pauses of up to 7 s in sum where a service throttles. More would only keep one of the account's places
 * for functions busy: the state machine has the patience. Not the mode `adaptive`, which slows down what is not throttled too.
 */
const retries = { retryMode: 'standard', maxAttempts: 5 };

const s3 = lazily(() => new S3Client(retries));
// Refused records are sent again by `putRecords`. The client's own default opens an HTTP/2 session, with its TLS handshake, for every call.
const kinesis = lazily(
  () =>
    new KinesisClient({ requestHandler: new NodeHttpHandler({ connectionTimeout: 5_000, requestTimeout: 30_000 }) }),
);
const glue = lazily(() => new GlueClient(retries));
const athena = lazily(() => new AthenaClient(retries));
const sfn = lazily(() => new SFNClient(retries));
const sns = lazily(() => new SNSClient(retries));
const secrets = lazily(() => new SecretsManagerClient(retries));

export { athena, glue, kinesis, s3, secrets, sfn, sns };
