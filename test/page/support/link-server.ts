import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Context } from 'aws-lambda';
import { handler } from '../../../functions/report-link';

interface LinkServer {
  /** Address with a slash at its end, as a function URL has it. */
  url: string;
  stop(): Promise<void>;
}

type Answer = { statusCode: number; headers?: Record<string, string>; body?: string; isBase64Encoded?: boolean };

/** Calls `report-link` as a function URL does (payload 2.0). */
const invoke = async (method: string, url: string, headers: Record<string, string> = {}): Promise<Answer> => {
  const [rawPath = '', rawQueryString = ''] = url.split('?');
  const event = {
    version: '2.0',
    rawPath,
    rawQueryString,
    headers,
    requestContext: { http: { method, path: rawPath } },
  };
  const context = { functionName: 'report-link', awsRequestId: 'test', getRemainingTimeInMillis: () => 30_000 };
  return (await handler(event as never, context as Context)) as Answer;
};

/** A function URL in front of `report-link`. */
const startLinkServer = async (): Promise<LinkServer> => {
  const server: Server = createServer(async (request, response) => {
    try {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const answer = await invoke(request.method ?? 'GET', request.url ?? '/', headers);
      // As JSON, in which the answer travels, drops what is undefined.
      response.writeHead(answer.statusCode, JSON.parse(JSON.stringify(answer.headers ?? {})));
      response.end(Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8'));
    } catch (error) {
      response.writeHead(502, { 'Content-Type': 'text/plain' });
      response.end(String(error));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

export type { Answer, LinkServer };
export { invoke, startLinkServer };
