// Tells AWS's own endpoints from other machines. If some calls go to AWS and some elsewhere, a run sees an account that
// does not exist, in which referenced revisions look unused.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
import { words } from '../domain/objects.ts';

/** Domains of AWS's endpoints, by partition. VPC endpoints have the same domains.
 *  https://docs.aws.amazon.com/general/latest/gr/rande.html */
const DOMAINS = [
  ...words(`amazonaws.com amazonaws.com.cn amazonaws.eu api.aws api.amazonwebservices.com.cn api.amazonwebservices.eu
            c2s.ic.gov cloud.adc-e.uk csp.hci.ic.gov sc2s.sgov.gov`),
];

export const AWS = 'AWS';

/** @returns `AWS`, or the origin of another machine, such as `http://127.0.0.1:4566` */
export function realmOf({ protocol, hostname, port }: Readonly<Record<'protocol' | 'hostname' | 'port', string>>) {
  const host = hostname.toLowerCase().replace(/\.$/, '');
  if (DOMAINS.some((domain) => host.endsWith(`.${domain}`))) return AWS;
  return `${protocol}//${host}${port === '' ? '' : `:${port}`}`;
}

/** Variables of the environment that send one service elsewhere than the rest: `AWS_ENDPOINT_URL_SCHEDULER`. */
export function strayEndpoints(env: Readonly<Record<string, string | undefined>>): string[] {
  if (env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] === 'true') return [];
  const general = realmOfUrl(env['AWS_ENDPOINT_URL']);
  return Object.keys(env)
    .filter((name) => name.startsWith('AWS_ENDPOINT_URL_') && (env[name] ?? '') !== '')
    .filter((name) => realmOfUrl(env[name]) !== general)
    .sort();
}

function realmOfUrl(url = ''): string {
  if (url === '') return AWS;
  return URL.canParse(url) ? realmOf(new URL(url)) : url;
}
