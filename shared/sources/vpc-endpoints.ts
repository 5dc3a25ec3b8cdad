// The VPC endpoints that a run needs in a VPC without a NAT gateway, from the permissions of its parts.
// https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
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

function interfaceEndpoints(): string[] {
  const prefixes = needs()
    .filter(({ purpose }) => purpose !== 'restoring')
    .flatMap(({ permissions }) => permissions.map((permission) => permission.replace(/:.*/, '')));
  const names = ['sts', ...prefixes].flatMap((prefix) => services[prefix] ?? [prefix]);
  return [...new Set(names)].sort();
}

/** For the remedy of a call without an answer. */
export const IN_A_VPC = `In a VPC without a NAT gateway, it needs the gateway endpoint s3 and the interface endpoints ${interfaceEndpoints().join(', ')}.`;
