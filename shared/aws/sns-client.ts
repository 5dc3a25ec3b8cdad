// The part of SNS's client that reports need. A dynamic import of the whole module would bundle all of its calls.
export { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
