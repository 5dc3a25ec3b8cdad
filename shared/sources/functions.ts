// Reads the environments of Lambda functions, where a dispatcher has the revision that it starts. All published
// versions are read, since an alias or a caller may use any of them.
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { textsIn } from '../aws/answer-texts.ts';
import type { Finding } from '../domain/evidence.ts';
import { type FindMentions, mentionFinder } from '../domain/mentions.ts';
import type { Ranges } from '../domain/revision.ts';
import { familiesIn, familyMention } from './common/family-mentions.ts';
import { Incomplete } from './common/incomplete.ts';
import { mentionedReference } from './common/unparsed-references.ts';
import type { Reader } from './common/reader.ts';

const source = 'functions';

export const readFunctions: Reader = async function* (context, tally) {
  const { listFunctions } = await import('./functions-calls.ts');
  const find = mentionFinder(context.target, context.memory.inventory ?? new Map());
  const seen = new Set<string>(); // a page may come twice
  for await (const one of listFunctions(context, tally)) {
    if (one.FunctionArn === undefined) throw new Incomplete('a function has no ARN');
    if (seen.has(one.FunctionArn) || context.leftOut(one.FunctionArn)) continue;
    seen.add(one.FunctionArn);
    yield findingsIn(one, one.FunctionArn, find);
    if (context.findsFamilies === true)
      yield familiesMentionedInEnvironment(one, one.FunctionArn, context.memory.inventory ?? new Map());
  }
};

function familiesMentionedInEnvironment(
  { Environment }: FunctionConfiguration,
  referrer: string,
  inventory: ReadonlyMap<string, Ranges>,
): Finding[] {
  return Object.entries(Environment?.Variables ?? {}).flatMap(([variable, value]) =>
    Array.from(textsIn(value, { isUsers: true })).flatMap(({ text }) =>
      familiesIn(text, inventory).map((family) =>
        familyMention(family, { source, referrer, via: [`environment ${variable}`] }),
      ),
    ),
  );
}

function findingsIn({ Environment }: FunctionConfiguration, referrer: string, find: FindMentions): Finding[] {
  const { Variables = {}, Error: failed } = Environment ?? {};
  if (failed !== undefined)
    return [{ kind: 'unchecked', source, referrer, reason: 'its environment could not be decrypted' }];
  return Object.entries(Variables).flatMap(([variable, value]) =>
    Array.from(textsIn({ [variable]: value }, { isUsers: true })).flatMap(({ text, isImage }) =>
      find(text, { isImage }).map((mention) =>
        mentionedReference(mention, { source, referrer, via: [`environment ${variable}`] }),
      ),
    ),
  );
}
