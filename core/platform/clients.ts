import { AthenaClient } from '@aws-sdk/client-athena';
import { GlueClient } from '@aws-sdk/client-glue';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { tracer } from './telemetry';

/** Makes a client at its first use, so that a function pays only for those it calls. */
const lazily = <Client extends object>(make: () => Client): (() => Client) => {
  let client: Client | undefined;
  return () => {
    client ??= tracer.captureAWSv3Client(make());
    return client;
  };
};

const s3 = lazily(() => new S3Client({}));
// The client's own default opens an HTTP/2 session, with its TLS handshake, for every call.
const kinesis = lazily(
  () =>
    new KinesisClient({ requestHandler: new NodeHttpHandler({ connectionTimeout: 5_000, requestTimeout: 30_000 }) }),
);
const glue = lazily(() => new GlueClient({}));
const athena = lazily(() => new AthenaClient({}));
const sfn = lazily(() => new SFNClient({}));
const sns = lazily(() => new SNSClient({}));
const secrets = lazily(() => new SecretsManagerClient({}));

export { athena, glue, kinesis, s3, secrets, sfn, sns };
