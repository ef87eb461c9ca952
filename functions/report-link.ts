import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { GetObjectCommand, HeadObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import httpSecurityHeaders from '@middy/http-security-headers';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import { s3 } from '../core/platform/clients';
import { environment } from '../core/platform/environment';
import { lambda } from '../core/platform/lambda';
import { logger } from '../core/platform/telemetry';
import { noticePage, noticeStyle } from '../core/reports/page/notices';
import { fileType, verifyLink } from '../core/reports/report-links';

type Response = APIGatewayProxyStructuredResultV2;

/** The parts that are read of a function URL's request (payload 2.0). */
const reportLinkEvent = z.object({
  rawPath: z.string(),
  rawQueryString: z.string().default(''),
  headers: z.record(z.string(), z.string().optional()).default({}),
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
});

type ReportLinkEvent = z.infer<typeof reportLinkEvent>;

const fileLinkSeconds = 60;
const compressFrom = 10_000;

/** The base64 SHA-256 of a document's style sheet and of its script, where it has them. */
interface Hashes {
  style?: string;
  script?: string;
}

const named = (hash: string | undefined): string => (hash ? `'sha256-${hash}'` : "'none'");

/**
 * Styles and script are those that a page was made with, or none, as in pages from before there were scripts; a sandbox that lets
 * files be saved and links be followed, in an origin of the page's own.
 */
const contentSecurityPolicy = ({ style, script }: Hashes): string =>
  [
    "default-src 'none'",
    `style-src ${named(style)}`,
    `script-src ${named(script)}`,
    "require-trusted-types-for 'script'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    `sandbox allow-downloads allow-popups allow-popups-to-escape-sandbox${script ? ' allow-scripts' : ''}`,
  ].join('; ');

const always = {
  'Cache-Control': 'no-store, private',
  'X-Robots-Tag': 'noindex, nofollow, noarchive',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

interface Page {
  status: number;
  html: string;
  hashes: Hashes;
  headers?: Record<string, string>;
}

/** Compressed where the reader takes it: a Lambda's answer may hold 6 MB. */
const answer = async ({ status, html, hashes, headers = {} }: Page, acceptEncoding = ''): Promise<Response> => {
  const response = {
    statusCode: status,
    headers: {
      ...always,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': contentSecurityPolicy(hashes),
      ...headers,
    },
  };
  if (html.length < compressFrom || !/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(acceptEncoding)) {
    return { ...response, body: html };
  }
  const body = (await promisify(gzip)(html)).toString('base64');
  const encoded = { ...response.headers, 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' };
  return { ...response, headers: encoded, body, isBase64Encoded: true };
};

const notice = (status: number, title: string, text: string, headers?: Record<string, string>): Promise<Response> =>
  answer({ status, html: noticePage(title, text), hashes: { style: noticeStyle }, headers });

const isMissing = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404;

const answerPage = async (key: string, acceptEncoding?: string): Promise<Response> => {
  const { Body, Metadata } = await s3().send(new GetObjectCommand({ Bucket: environment('REPORTS_BUCKET'), Key: key }));
  const html = (await Body?.transformToString()) ?? '';
  return answer({ status: 200, html, hashes: { style: Metadata?.style, script: Metadata?.script } }, acceptEncoding);
};

/** Sends the browser to the file itself, by a URL that is good for a minute. */
const redirectToFile = async (key: string, type: string): Promise<Response> => {
  const place = { Bucket: environment('REPORTS_BUCKET'), Key: key };
  // Asked for here, so that a file that is gone is told in our words and not in S3's.
  await s3().send(new HeadObjectCommand(place));
  const name = key.replace('/', '-');
  const location = await getSignedUrl(
    s3(),
    new GetObjectCommand({
      ...place,
      ResponseContentDisposition: `attachment; filename="${name}"`,
      ResponseContentType: type,
    }),
    { expiresIn: fileLinkSeconds },
  );
  return { statusCode: 302, headers: { ...always, Location: location }, body: '' };
};

/** Answers a mailed link with the page that it leads to, or with the way to a file. */
const reportLink = async (event: ReportLinkEvent): Promise<Response> => {
  const { method } = event.requestContext.http;
  if (method !== 'GET') return notice(405, 'Not allowed', 'A report link can only be opened.', { Allow: 'GET' });
  const verdict = await verifyLink(event);
  if (verdict.outcome === 'forged') return notice(403, 'No entry', 'This address does not open anything.');
  if (verdict.outcome === 'expired') {
    return notice(410, 'This link has expired', 'Report links open for some days only. Ask for a new one.');
  }
  const { path } = verdict;
  try {
    const type = fileType(path);
    return type === undefined
      ? await answerPage(path, event.headers['accept-encoding'])
      : await redirectToFile(path, type);
  } catch (error) {
    if (!isMissing(error)) throw error;
    logger.warn('A valid link leads to an object that is gone', { path });
    return notice(404, 'No longer there', 'The report behind this link is no longer kept.');
  }
};

const handler = lambda(reportLink, { event: reportLinkEvent }).use(
  httpSecurityHeaders({
    // Set by each answer, since a page's styles and script are named by their hash.
    contentSecurityPolicy: false,
    reportTo: false,
    ...{ reportingEndpoints: false },
    // The middleware's lists name features that browsers do not know, and they say so in their console.
    permissionsPolicy: false,
    // A page in a sandbox has an origin of its own.
    originAgentCluster: false,
    // The address is AWS's and shared by nobody else: no promise for a domain above it.
    strictTransportSecurity: { maxAge: 180 * 86_400, includeSubDomains: false, preload: false },
    xssProtection: false,
  }),
);

export { handler, reportLink, reportLinkEvent };
