// The message for a chat channel, which a nightly run sends to the topic of the parameter ChatTopic.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { ACCOUNT, REGION, TOPIC } from '../support/account.ts';
import { deployed, type Prepare, type Stage, eightRevisions, silenceFunctions } from '../support/deployed.ts';
import { execute } from '../support/execution.ts';

const CHAT = `arn:aws:sns:${REGION}:${ACCOUNT}:pruner-chat`;
const env = { CHAT_TOPIC_ARN: CHAT };

silenceFunctions();

const mail = z.object({ email: z.string() });

async function night(stage: Stage = {}, prepare: Prepare = () => undefined) {
  const { handler, context, mails } = await deployed('prune', eightRevisions(), { ...stage, env }, (sandbox) => {
    sandbox.account.topics.add(CHAT);
    prepare(sandbox);
  });
  const { status } = await execute(handler, {}, { context });
  const to = (topic: string) => mails.filter(({ TopicArn }) => TopicArn === topic);
  return { status, chat: to(CHAT), mail: to(TOPIC).map(({ Message }) => mail.parse(JSON.parse(Message)).email) };
}

test('the message itself is the notification, with the attributes of the report', async () => {
  const { chat, mail: mails } = await night();
  expect(chat).toHaveLength(1);
  const [message] = chat;
  expect([message?.MessageStructure, message?.Subject]).toEqual([undefined, undefined]);
  expect(JSON.parse(message?.Message ?? '')).toMatchObject({
    version: '1.0',
    source: 'custom',
    content: { textType: 'client-markdown', title: '[123456789012 eu-west-1] OK: 5 deregistered' },
    metadata: { threadId: 'ecs-revision-pruner-123456789012-eu-west-1' },
  });
  expect(message?.MessageAttributes['outcome']?.StringValue).toBe('OK');
  expect(mails).toHaveLength(1);
});

test('a report that the setting notify does not send is not sent to chat either', async () => {
  const { chat, mail: mails } = await night({ settings: { notify: 'action' } });
  expect([chat, mails]).toEqual([[], []]);
});

test('a topic that refuses the message changes nothing but a note in the mail', async () => {
  const {
    status,
    chat,
    mail: mails,
  } = await night({}, ({ faults }) =>
    faults.add({
      operation: 'Publish',
      kind: 'deny',
      when: ({ input }) => 'TopicArn' in input && input.TopicArn === CHAT,
    }),
  );
  expect([status, chat]).toEqual(['SUCCEEDED', []]);
  const [body = ''] = mails;
  expect(body).toMatch(/^5 revisions were deregistered/);
  expect(body).toContain(`Note: The report was not sent to the chat topic ${CHAT}: `);
});

test('the preview sends nothing to chat', async () => {
  const { handler, context, mails } = await deployed('preview', eightRevisions(), { env }, ({ account }) =>
    account.topics.add(CHAT),
  );
  await handler({ notify: true }, context(1));
  expect(mails.map(({ TopicArn }) => TopicArn)).toEqual([TOPIC]);
});
