// The part of the STS client that assuming a role needs. A dynamic import of the whole module would bundle all of its calls.
export { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
