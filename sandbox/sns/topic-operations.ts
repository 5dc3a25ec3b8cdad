/** SNS's operations on topics. The sandbox delivers nothing; tests read the messages from `account.published`. */
import type {
  GetTopicAttributesInput,
  GetTopicAttributesResponse,
  MessageAttributeValue,
  PublishInput,
  PublishResponse,
} from '@aws-sdk/client-sns';
import { isRecord, parseJson } from '../check.ts';
import { AwsError } from '../errors.ts';
import type { Operations } from '../operation.ts';

/** SNS's default limit for a message with its attributes; a topic can raise it. */
const MAX_BYTES = 262_144;

export const topicOperations: Operations = {
  /** https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html */
  GetTopicAttributes: {
    iamScope: ({ TopicArn }: GetTopicAttributesInput) => ({ resources: [TopicArn ?? '*'] }),
    run({ TopicArn = '' }: GetTopicAttributesInput, { account }): GetTopicAttributesResponse {
      if (!account.topics.has(TopicArn)) throw new AwsError('NotFound', 'Topic does not exist', 404);
      const { confirmed = 0, pending = 0 } = account.topics.subscriptions.get(TopicArn) ?? {};
      return {
        Attributes: {
          TopicArn,
          SubscriptionsConfirmed: String(confirmed),
          SubscriptionsPending: String(pending),
        },
      };
    },
  },

  Publish: {
    bucket: 'sns-publish',
    iamScope: ({ TopicArn, TargetArn }: PublishInput) => ({ resources: [TopicArn ?? TargetArn ?? '*'] }),
    run(input: PublishInput, { account }): PublishResponse {
      const { Message = '', Subject, MessageStructure, MessageAttributes = {} } = input;
      const TopicArn = input.TopicArn ?? input.TargetArn ?? '';
      if (!/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+(\.fifo)?$/.test(TopicArn)) throw invalid('TopicArn');
      if (!account.topics.has(TopicArn)) throw new AwsError('NotFound', 'Topic does not exist', 404);
      checkSubject(Subject);
      checkMessage(Message, MessageStructure);
      for (const [name, value] of Object.entries(MessageAttributes)) checkAttribute(name, value);
      if (messageBytes(Message, MessageAttributes) > MAX_BYTES)
        throw invalid('Message too long', 'Invalid parameter: Message too long');
      const MessageId = account.ids.uuid();
      const at = new Date(account.now());
      const message = { TopicArn, Message, Subject, MessageStructure, MessageAttributes };
      account.topics.published.push({ MessageId, at, ...message });
      return { MessageId };
    },
  },
};

/**
 * SNS documents two rules; this is the stricter one: printable ASCII that begins with a letter, digit or punctuation,
 * under 100 characters. A subject that passes here passes everywhere.
 */
function checkSubject(subject: string | undefined): void {
  if (subject !== undefined && !/^[!-~][ -~]{0,98}$/.test(subject)) throw invalid('Subject');
}

function checkMessage(message: string, structure: string | undefined): void {
  if (message === '') throw invalid('Empty message', 'Invalid parameter: Empty message');
  if (structure === undefined) return;
  if (structure !== 'json') throw invalid('MessageStructure');
  const parsed = parseJson(message);
  if (parsed === undefined)
    throw invalid('JSON', 'Invalid parameter: Message Structure - JSON message body failed to parse');
  if (!isRecord(parsed) || typeof parsed['default'] !== 'string')
    throw invalid('default', 'Invalid parameter: Message Structure - No default entry in JSON message body');
}

function checkAttribute(name: string, { DataType, StringValue, BinaryValue }: MessageAttributeValue): void {
  const hasValidName = /^(?!aws\.|amazon\.)(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/i.test(name);
  const hasValidType = DataType !== undefined && /^(String|String\.Array|Number|Binary)(\.[\w.-]+)?$/.test(DataType);
  const hasValue =
    DataType === 'Binary' ? BinaryValue !== undefined && BinaryValue.length > 0 : (StringValue ?? '') !== '';
  const hasValidNumber = DataType !== 'Number' || Number.isFinite(Number(StringValue));
  if (!hasValidName || !hasValidType || !hasValue || !hasValidNumber)
    throw new AwsError('ParameterValueInvalid', `The message attribute '${name}' is not valid.`);
}

function messageBytes(message: string, attributes: Readonly<Record<string, MessageAttributeValue>>): number {
  return Object.entries(attributes).reduce(
    (bytes, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
      bytes + Buffer.byteLength(name + DataType + StringValue) + (BinaryValue?.length ?? 0),
    Buffer.byteLength(message),
  );
}

function invalid(parameter: string, message = `Invalid parameter: ${parameter}`): AwsError {
  return new AwsError('InvalidParameter', message);
}
