// The settings name sources and buckets; the code that reads and paces has them too, and neither may know one more.
import { expect, test } from 'vitest';
import { publishedQuotas } from '../../shared/aws/quotas.ts';
import { sources } from '../../shared/sources/sources.ts';
import { bucketNames, sourceNames } from '../../shared/settings/schema.ts';

test('the sources of the settings are those that are read, the tag query and usage', () => {
  expect(sourceNames.toSorted()).toEqual([...sources.map(({ name }) => name), 'tags', 'usage'].toSorted());
});

test('the buckets of the settings are those that a run draws on', () => {
  expect(Object.keys(publishedQuotas).toSorted()).toEqual(bucketNames.toSorted());
});
