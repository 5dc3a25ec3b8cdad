/** The messages that SNS accepts and refuses. */
import { PublishCommand, type PublishCommandInput } from '@aws-sdk/client-sns';
import { expect, test } from 'vitest';
import { refusal, start } from '../support/sandbox.ts';

const TopicArn = 'arn:aws:sns:eu-west-1:123456789012:pruner';
const account = { topics: [{ TopicArn }] };
const json = (body: object) => ({ Message: JSON.stringify(body), MessageStructure: 'json' });
const text = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });

test('the topic stores a message with subject, structure, attributes and time', async () => {
  const { sns, sandbox } = await start(account);
  const Message = JSON.stringify({ default: '<1 & "2">', email: 'Zeile\nä' });
  const MessageAttributes = {
    outcome: text('OK'),
    count: text('12', 'Number'),
    bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) },
  };
  const { MessageId } = await sns.send(
    new PublishCommand({
      TopicArn,
      Message,
      Subject: 'OK: 12 went',
      MessageStructure: 'json',
      MessageAttributes,
    }),
  );
  expect(sandbox.account.published).toEqual([
    {
      MessageId,
      TopicArn,
      Message,
      Subject: 'OK: 12 went',
      MessageStructure: 'json',
      MessageAttributes,
      at: new Date('2026-11-24T02:30:00Z'),
    },
  ]);
});

const fits: [string, Partial<PublishCommandInput>][] = [
  ['a message of exactly 262,144 bytes', { Message: 'x'.repeat(262_144) }],
  ['a subject of 99 characters', { Subject: 's'.repeat(99) }],
  ['a JSON message with keys that SNS ignores', json({ default: 'd', pigeon: 'p', sms: 7 })],
  ['a topic under TargetArn', { TopicArn: undefined, TargetArn: TopicArn }],
];
test.each(fits)('Publish accepts %s', async (_, input) => {
  const { sns } = await start(account);
  await expect(sns.send(new PublishCommand({ TopicArn, Message: 'm', ...input }))).resolves.toBeDefined();
});

const refused: [string, Partial<PublishCommandInput>, string][] = [
  ['a topic that does not exist', { TopicArn: `${TopicArn}2` }, 'NotFoundException'],
  ['an invalid topic ARN', { TopicArn: 'pruner' }, 'InvalidParameterException'],
  ['an empty message', { Message: '' }, 'InvalidParameterException'],
  ['a message over 262,144 bytes', { Message: 'x'.repeat(262_145) }, 'InvalidParameterException'],
  [
    'a message with too many bytes, but not too many characters',
    { Message: 'é'.repeat(131_073) },
    'InvalidParameterException',
  ],
  [
    'a message that is too long with its attributes',
    { Message: 'x'.repeat(262_140), MessageAttributes: { a: text('b') } },
    'InvalidParameterException',
  ],
  ['a subject of 100 characters', { Subject: 's'.repeat(100) }, 'InvalidParameterException'],
  ['an empty subject', { Subject: '' }, 'InvalidParameterException'],
  ['a subject with a line break', { Subject: 'a\nb' }, 'InvalidParameterException'],
  ['a subject that begins with a space', { Subject: ' a' }, 'InvalidParameterException'],
  ['a subject with characters outside ASCII', { Subject: 'größer' }, 'InvalidParameterException'],
  ['an unknown structure', { MessageStructure: 'xml' }, 'InvalidParameterException'],
  ['JSON that does not parse', { Message: '{', MessageStructure: 'json' }, 'InvalidParameterException'],
  ['JSON without a default', json({ email: 'e' }), 'InvalidParameterException'],
  ['JSON whose default is not a string', json({ default: 1 }), 'InvalidParameterException'],
  ['JSON that is not an object', { Message: '"default"', MessageStructure: 'json' }, 'InvalidParameterException'],
  ['an attribute without a value', { MessageAttributes: { a: text('') } }, 'InvalidParameterValueException'],
  [
    'an attribute of an unknown type',
    { MessageAttributes: { a: text('b', 'Text') } },
    'InvalidParameterValueException',
  ],
  [
    'a number attribute that is not a number',
    { MessageAttributes: { a: text('b', 'Number') } },
    'InvalidParameterValueException',
  ],
  ['an attribute with a bad name', { MessageAttributes: { 'a b': text('c') } }, 'InvalidParameterValueException'],
  [
    'an attribute with a reserved name',
    { MessageAttributes: { 'AWS.x': text('c') } },
    'InvalidParameterValueException',
  ],
];
test.each(refused)('Publish refuses %s', async (_, input, name) => {
  const { sns, sandbox } = await start(account);
  const answer = await refusal(sns.send(new PublishCommand({ TopicArn, Message: 'm', ...input })));
  expect(answer).toMatchObject({ name, status: name === 'NotFoundException' ? 404 : 400 });
  expect(sandbox.account.published).toEqual([]);
});
