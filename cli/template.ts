// Reads the templates of infra/ with CloudFormation's short forms (`!Ref Name`) as the long ones (`{ Ref: 'Name' }`).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, type Tags, type YAMLMap, type YAMLSeq } from 'yaml';
import * as z from 'zod';
import { root } from './installation.ts';

const object = z.record(z.string(), z.unknown());
const resource = z.object({
  Type: z.string(),
  Condition: z.string().optional(),
  DependsOn: z.string().optional(),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
  Properties: object,
});
const parameter = z.object({
  Type: z.enum(['String', 'Number', 'CommaDelimitedList']),
  Default: z.union([z.string(), z.number()]).optional(),
  AllowedValues: z.array(z.union([z.string(), z.number()])).optional(),
  AllowedPattern: z.string().optional(),
  ConstraintDescription: z.string().optional(),
  MinLength: z.number().optional(),
  MaxLength: z.number().optional(),
  MinValue: z.number().optional(),
  MaxValue: z.number().optional(),
  Description: z.string(),
});
const template = z.object({
  AWSTemplateFormatVersion: z.string(),
  Description: z.string(),
  Metadata: object.default({}),
  Parameters: z.record(z.string(), parameter),
  Rules: object.default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), z.object({ Description: z.string(), Value: z.unknown() })).default({}),
});
export type SourceTemplate = z.output<typeof template>;

/** @param file in infra/ */
export function readTemplate(file = 'template.yml'): SourceTemplate {
  return parseTemplate(readFileSync(join(root, 'infra', file), 'utf8'));
}

export function parseTemplate(text: string): SourceTemplate {
  return template.parse(parse(text, { customTags: shortForms }));
}

const forms = [
  ...['And', 'Equals', 'GetAtt', 'If', 'Join', 'Not', 'Or', 'Select', 'Split', 'Sub'].map((name) => `Fn::${name}`),
  'Ref',
  'Condition',
];

/** A short form stands before a text, a list or a map. */
const shortForms: Tags = forms.flatMap((long) => {
  const tag = `!${long.replace('Fn::', '')}`;
  const collections = (['seq', 'map'] as const).map((collection) => ({
    tag,
    collection,
    resolve: (value: YAMLMap | YAMLSeq) => ({ [long]: z.unknown().parse(value.toJSON()) }),
  }));
  const resolve = (text: string) => ({ [long]: long === 'Fn::GetAtt' ? text.split('.') : text });
  return [{ tag, resolve }, ...collections];
});
