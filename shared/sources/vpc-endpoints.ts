// The VPC endpoints that a run needs in a VPC without a NAT gateway, from the permissions of its parts: for the remedy of a call
// without an answer. https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
import { needs } from './permissions.ts';

/** The service in `com.amazonaws.REGION.SERVICE`, where it is not the prefix of its permissions. */
const services: Readonly<Record<string, readonly string[]>> = {
  tag: ['tagging'],
  cloudformation: ['cloudformation', 'cloudcontrolapi'],
  // S3 has a gateway endpoint, which costs nothing. IAM is only asked for the account's alias, which reports can do without, and
  // SNS encrypts by itself.
  s3: [],
  iam: [],
  kms: [],
};

function interfaceEndpoints(permissions: readonly string[]): string[] {
  const prefixes = permissions.map((permission) => permission.replace(/:.*/, ''));
  return [...new Set(prefixes.flatMap((prefix) => services[prefix] ?? [prefix]))].sort();
}

/** All of them, for a run that cannot even ask who it is. */
export function endpointsOfRun(): string {
  const all = needs().flatMap(({ purpose, permissions }) => (purpose === 'restoring' ? [] : permissions));
  const names = interfaceEndpoints(['sts:GetCallerIdentity', ...all]).join(', ');
  return `In a VPC without a NAT gateway, it needs the gateway endpoint s3 and the interface endpoints ${names}.`;
}

/** Those for one call. */
export function endpointsFor(permission: string): string {
  const [first, ...more] = interfaceEndpoints([permission]);
  if (first === undefined) return 'In a VPC without a NAT gateway, S3 needs its gateway endpoint.';
  const names = [first, ...more].join(' or ');
  return `In a VPC without a NAT gateway, it needs the interface endpoint ${names}.`;
}
